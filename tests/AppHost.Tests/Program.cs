using System.Globalization;
using Aspire.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LiaisonStation.AppHost.Tests;

/// <summary>The small system that the engine's tests run: with arguments its AppHost, without one of its services.</summary>
public static class Program
{
    public static void Main(string[] args)
    {
        if (args.Length > 0)
        {
            Compose(args);
        }
        else
        {
            Serve();
        }
    }

    private static void Compose(string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(args);
        var diary = Path.Combine(builder.Configuration["data"]!, "diary");
        var first = builder.AddProject<ThisAssembly>("first")
            .WithHttpEndpoint()
            .WithHttpHealthCheck("/health")
            .WithEnvironment("DIARY", diary)
            .WithEnvironment("CRASHES", builder.Configuration["crashes"]);
        var door = builder.AddProject<ThisAssembly>("door")
            .WithHttpEndpoint(port: int.Parse(builder.Configuration["port"]!, CultureInfo.InvariantCulture))
            .WithExternalHttpEndpoints()
            .WithHttpHealthCheck("/health")
            .WithReference(first).WaitFor(first)
            .WithEnvironment("DIARY", diary);
        first.WithReference(door);
        if (builder.Configuration["servers"] == "true")
        {
            var database = builder.AddPostgres("postgres").AddDatabase("first-db", "first");
            var messaging = builder.AddRabbitMQ("messaging");
            first.WithReference(database, "first").WaitFor(database).WithReference(messaging).WaitFor(messaging);
        }

        builder.Build().Run();
    }

    private static void Serve()
    {
        var name = Environment.GetEnvironmentVariable("OTEL_SERVICE_NAME");
        var diary = Environment.GetEnvironmentVariable("DIARY")!;
        void Note(string what) => File.AppendAllText(
            diary, string.Create(CultureInfo.InvariantCulture, $"{name} {what} {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}\n"));

        Note("started");
        if (int.TryParse(Environment.GetEnvironmentVariable("CRASHES"), CultureInfo.InvariantCulture, out var crashes)
            && File.ReadLines(diary).Count(l => l.StartsWith($"{name} started", StringComparison.Ordinal)) <= crashes)
        {
            Environment.Exit(3);
        }

        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var questions = 0;
        app.MapGet("/health", () =>
        {
            if (Interlocked.Increment(ref questions) < 3)
            {
                return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
            }

            if (questions == 3)
            {
                Note("healthy");
            }

            return Results.Ok();
        });
        app.MapGet("/environment", (string name) => Environment.GetEnvironmentVariable(name));
        app.Lifetime.ApplicationStopping.Register(() => Note("stopped"));
        app.Run();
    }

    private sealed class ThisAssembly : IProjectMetadata
    {
        public string ProjectPath => AssemblyPath;

        public string AssemblyPath => typeof(Program).Assembly.Location;
    }
}
