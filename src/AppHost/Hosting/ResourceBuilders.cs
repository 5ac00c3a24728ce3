using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>A project of this solution; the build writes one implementation per project into the namespace Projects.</summary>
public interface IProjectMetadata
{
    string ProjectPath { get; }

    /// <summary>The built program. Aspire asks the project for it; here the build has written it down.</summary>
    string AssemblyPath { get; }
}

/// <summary>The words of AppHost.cs, each as Aspire has it.</summary>
public static class ResourceBuilders
{
    /// <summary>The server that the connection string of this name points to, else a private one.</summary>
    public static IResourceBuilder<PostgresServerResource> AddPostgres(
        this IDistributedApplicationBuilder builder, string name) =>
        builder.AddResource(new PostgresServerResource(name)
        {
            External = builder.Configuration.GetConnectionString(name),
        });

    public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(
        this IResourceBuilder<PostgresServerResource> builder, string name, string? databaseName = null)
    {
        var database = builder.ApplicationBuilder.AddResource(
            new PostgresDatabaseResource(name, databaseName ?? name, builder.Resource));
        database.Resource.WaitsFor.Add(builder.Resource);
        return database;
    }

    /// <summary>The broker that the connection string of this name points to, else a private one.</summary>
    public static IResourceBuilder<RabbitMQServerResource> AddRabbitMQ(
        this IDistributedApplicationBuilder builder, string name) =>
        builder.AddResource(new RabbitMQServerResource(name)
        {
            External = builder.Configuration.GetConnectionString(name),
        });

    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new() =>
        builder.AddResource(new ProjectResource(name, new TProject()));

    /// <summary>Hands the destination ConnectionStrings__name.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source,
        string? connectionName = null)
        where TDestination : IResourceWithEnvironment
    {
        Project(builder).Connections.Add((source.Resource, connectionName ?? source.Resource.Name));
        return builder;
    }

    /// <summary>Hands the destination services__name__http__n for each replica n. Two may refer to each other.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment
    {
        Project(builder).References.Add((ProjectResource)source.Resource);
        return builder;
    }

    /// <summary>Does not start before the dependency has been healthy once.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport
    {
        Project(builder).WaitsFor.Add((Resource)dependency.Resource);
        return builder;
    }

    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        builder.Resource.Replicas = replicas;
        return builder;
    }

    /// <summary>An endpoint on loopback: on this port, else on a free one.</summary>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(this IResourceBuilder<T> builder, int? port = null)
        where T : IResourceWithEndpoints
    {
        Project(builder).HasEndpoint = true;
        Project(builder).FixedPort = port;
        return builder;
    }

    /// <summary>The door for people: the ready line names it, and it closes first.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        Project(builder).IsDoor = true;
        return builder;
    }

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null)
        where T : IResourceWithEndpoints
    {
        Project(builder).HealthPath = path ?? "/";
        return builder;
    }

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment
    {
        Project(builder).Environment[name] = value;
        return builder;
    }

    internal static string Url(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");

    private static ProjectResource Project<T>(IResourceBuilder<T> builder)
        where T : IResource => (ProjectResource)(IResource)builder.Resource;
}
