using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using LiaisonStation.EventStore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace LiaisonStation.ServiceDefaults;

/// <summary>What every service host needs: store, bus, sign-in, refusals, telemetry, health.</summary>
public static class LiaisonService
{
    public static WebApplication Build(string[] args, ServiceModule module)
    {
        var builder = WebApplication.CreateBuilder(args);
        module = module with { Store = module.Store with { Migrations = [.. Worklist.Migrations, .. module.Store.Migrations] } };
        if (args is ["projections", .. var words])
        {
            Environment.Exit(ProjectionsCommand.RunAsync(module, builder.Configuration, words, Console.Out, default).GetAwaiter().GetResult());
        }

        builder.Services.AddSingleton(module);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(8));
        builder.AddTelemetry();
        builder.Services.AddHealthChecks().AddCheck<Vault>("vault").AddCheck<FileStore>("files");
        builder.Services.AddSingleton<Vault>().AddHostedService(s => s.GetRequiredService<Vault>());
        builder.Services.AddSingleton<FileStore>().AddHostedService(s => s.GetRequiredService<FileStore>());
        builder.Services.AddEventStore(module.Store, builder.Configuration);
        builder.AddBus(module);
        builder.AddSignIn();
        builder.Services.AddRefusals();
        builder.Services.Configure<JsonOptions>(o => Json(o.SerializerOptions));
        builder.Services.AddOpenApi();
        module.Services?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseRefusals();
        app.UseAuthentication();
        app.UseSignIn();
        app.UseIdempotency();
        app.MapHealth();
        app.MapOpenApi().AllowAnonymous();
        app.MapWorklist();
        app.MapFigures();
        app.MapHistory();
        app.MapEvidence();
        app.MapProjections();
        return app;
    }

    private static void Json(JsonSerializerOptions json)
    {
        json.Converters.Add(new JsonStringEnumConverter());
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;

        // A verdict left out must not be read as the enumeration's first one.
        json.RespectRequiredConstructorParameters = true;
        json.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
    }
}
