namespace LiaisonStation.EventStore;

/// <summary>
/// A stored event's type and all versions it was ever stored in. The first version's alias is the snake_case of the type's bare
/// name, those of later ones have <c>_v2</c>, <c>_v3</c> after it. What is read is always the newest, and only that is written.
/// </summary>
/// <example>
/// The type keeps its name, the record it was before is renamed:
/// <code>EventType.Of&lt;OrderIssued&gt;().From&lt;OrderIssuedV2&gt;(old => new(…)).From&lt;OrderIssuedV1&gt;(old => new(…))</code>
/// Each step says how the version before it is read, down to the first.
/// </example>
public abstract class EventType
{
    internal EventType(Type type, IReadOnlyList<Step> steps)
    {
        Type = type;
        Versions = [.. steps.Select((step, i) => new EventVersion(AliasOf(type, steps.Count - i), step.Type, step.ToNewest)).Reverse()];
    }

    /// <summary>The newest version's record.</summary>
    public Type Type { get; }

    /// <summary>The newest version's alias, under which events are written.</summary>
    public string Alias => Versions[^1].Alias;

    /// <summary>From the first to the newest.</summary>
    public IReadOnlyList<EventVersion> Versions { get; }

    public static EventType<TEvent> Of<TEvent>()
        where TEvent : class => new(typeof(TEvent), [new(typeof(TEvent), e => e)]);

    private static string AliasOf(Type type, int version) =>
        version == 1 ? Names.SnakeCase(type.Name) : $"{Names.SnakeCase(type.Name)}_v{version}";

    internal sealed record Step(Type Type, Func<object, object> ToNewest);
}

/// <typeparam name="TOldest">The oldest version known so far.</typeparam>
public sealed class EventType<TOldest> : EventType
    where TOldest : class
{
    private readonly IReadOnlyList<Step> _steps;

    internal EventType(Type type, IReadOnlyList<Step> steps)
        : base(type, steps) => _steps = steps;

    /// <summary>Reads the version before the oldest known so far.</summary>
    /// <param name="upcast">Pure; what the old version did not say is given the value that was meant then.</param>
    public EventType<TOlder> From<TOlder>(Func<TOlder, TOldest> upcast)
        where TOlder : class
    {
        var newer = _steps[^1].ToNewest;
        return new(Type, [.. _steps, new(typeof(TOlder), old => newer(upcast((TOlder)old)))]);
    }
}

/// <summary>One shape in which an event type was ever stored.</summary>
/// <param name="Alias">What <c>mt_events.type</c> holds.</param>
/// <param name="Type">The record of this version.</param>
/// <param name="ToNewest">Makes of it the newest version's record.</param>
public sealed record EventVersion(string Alias, Type Type, Func<object, object> ToNewest);
