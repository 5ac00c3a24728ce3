using LiaisonStation.AppHost.Hosting;

// Aspire's own names and namespaces, so that AppHost.cs compiles against either.
namespace Aspire.Hosting.ApplicationModel;

public interface IResource
{
    string Name { get; }
}

public interface IResourceWithWaitSupport : IResource;

public interface IResourceWithEnvironment : IResource;

public interface IResourceWithEndpoints : IResource;

public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;

public interface IResourceWithConnectionString : IResource
{
    /// <summary>Null while it is not known yet.</summary>
    string? ConnectionString { get; }
}

public interface IResourceBuilder<out T>
    where T : IResource
{
    IDistributedApplicationBuilder ApplicationBuilder { get; }

    T Resource { get; }
}

/// <summary>What the engine knows of every resource.</summary>
public abstract class Resource(string name) : IResource
{
    public string Name { get; } = name;

    internal List<Resource> WaitsFor { get; } = [];

    internal abstract string Kind { get; }
}

public sealed class PostgresServerResource(string name) : Resource(name), IResourceWithConnectionString
{
    /// <summary>A server that runs elsewhere; null where we run our own.</summary>
    internal string? External { get; init; }

    internal PostgresServer? Server { get; set; }

    public string? ConnectionString => External ?? Server?.ConnectionString;

    internal override string Kind => "PostgreSQL";
}

public sealed class PostgresDatabaseResource(string name, string database, PostgresServerResource server)
    : Resource(name), IResourceWithConnectionString
{
    public string DatabaseName { get; } = database;

    public PostgresServerResource Parent { get; } = server;

    public string? ConnectionString => Parent.ConnectionString is { } text
        ? new Npgsql.NpgsqlConnectionStringBuilder(text) { Database = DatabaseName }.ConnectionString
        : null;

    internal override string Kind => "database";
}

public sealed class RabbitMQServerResource(string name) : Resource(name), IResourceWithConnectionString
{
    /// <summary>A server that runs elsewhere; null where we run our own.</summary>
    internal string? External { get; init; }

    internal RabbitMqServer? Server { get; set; }

    public string? ConnectionString => External ?? Server?.Uri;

    internal override string Kind => "RabbitMQ";
}

public sealed class ProjectResource(string name, IProjectMetadata project)
    : Resource(name), IResourceWithEnvironment, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    internal IProjectMetadata Project { get; } = project;

    internal int Replicas { get; set; } = 1;

    internal bool HasEndpoint { get; set; }

    internal int? FixedPort { get; set; }

    internal bool IsDoor { get; set; }

    internal string? HealthPath { get; set; }

    internal Dictionary<string, string?> Environment { get; } = [];

    internal List<(IResourceWithConnectionString Source, string Name)> Connections { get; } = [];

    internal List<ProjectResource> References { get; } = [];

    /// <summary>One per replica; given out before anything starts, because services may refer to each other in a circle.</summary>
    internal int[] Ports { get; set; } = [];

    internal override string Kind => "project";
}
