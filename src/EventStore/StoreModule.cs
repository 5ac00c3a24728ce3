using System.Reflection;

namespace LiaisonStation.EventStore;

/// <summary>What a service keeps in its store.</summary>
/// <param name="Database">Name of the connection string and of the roles: <c>intake</c> works as <c>intake_app</c>.</param>
/// <param name="Events">Every event type it stores.</param>
/// <param name="Inline">Projections written in the append's transaction.</param>
/// <param name="Async">Projections that follow the log.</param>
/// <param name="Migrations">The service's own tables.</param>
public sealed record StoreModule(
    string Database, IReadOnlyList<EventType> Events, IReadOnlyList<IInlineProjection> Inline,
    IReadOnlyList<AsyncProjection> Async, IReadOnlyList<Migration> Migrations);

/// <summary>One step of a schema, run once, by the owner. A step that has run is never changed.</summary>
public sealed record Migration(string Name, string Sql)
{
    /// <summary>A step from an embedded <c>.sql</c> file of the assembly; <paramref name="file"/> is its bare name.</summary>
    public static Migration Embedded(Assembly assembly, string file)
    {
        var name = assembly.GetManifestResourceNames().Single(n => n.EndsWith("." + file, StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return new Migration($"{assembly.GetName().Name}/{file}", reader.ReadToEnd());
    }
}
