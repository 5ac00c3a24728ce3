using Aspire.Hosting.ApplicationModel;
using LiaisonStation.AppHost.Hosting;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

public interface IDistributedApplicationBuilder
{
    /// <summary>The command line and the environment.</summary>
    ConfigurationManager Configuration { get; }

    string AppHostDirectory { get; }

    IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource;

    DistributedApplication Build();
}

/// <summary>The system that AppHost.cs describes, run on this machine.</summary>
public sealed class DistributedApplication
{
    private readonly IReadOnlyList<Resource> _resources;
    private readonly IConfiguration _configuration;

    internal DistributedApplication(IReadOnlyList<Resource> resources, IConfiguration configuration)
    {
        _resources = resources;
        _configuration = configuration;
    }

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => new DistributedApplicationBuilder(args);

    /// <summary>Runs until Ctrl-C or SIGTERM, which sets the exit code 0; what cannot start sets 1.</summary>
    public void Run() => Environment.ExitCode = new Engine(_resources, _configuration).RunAsync().GetAwaiter().GetResult();
}

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private static readonly string[] Switches = ["--fresh", "--demo"];

    private readonly List<Resource> _resources = [];

    public DistributedApplicationBuilder(string[] args)
    {
        var root = Root();
        AppHostDirectory = root is null ? AppContext.BaseDirectory : Path.Combine(root, "src", "AppHost");
        Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["data"] = Path.Combine(root ?? AppContext.BaseDirectory, ".data"),
        });
        Configuration.AddEnvironmentVariables();
        Configuration.AddCommandLine([.. args.Select(a => Switches.Contains(a) ? $"{a}=true" : a)]);
    }

    public ConfigurationManager Configuration { get; } = new();

    public string AppHostDirectory { get; }

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        if (_resources.Any(r => string.Equals(r.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new InvalidOperationException($"There are two resources named {resource.Name}.");
        }

        _resources.Add((Resource)(IResource)resource);
        return new ResourceBuilder<T>(this, resource);
    }

    public DistributedApplication Build() => new(_resources, Configuration);

    private static string? Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LiaisonStation.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }

    private sealed record ResourceBuilder<T>(IDistributedApplicationBuilder ApplicationBuilder, T Resource)
        : IResourceBuilder<T>
        where T : IResource;
}
