using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Gateway;

/// <summary>The one door: signs people in, forwards to the four services, and shows what runs through all of them.</summary>
public static class Gateway
{
    /// <summary>Files of an import are the largest thing anybody sends.</summary>
    internal const long LargestBody = 64L * 1024 * 1024;

    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter());
            json.SerializerOptions.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
        });

        builder.AddTelemetry();
        var door = Door.From(builder);
        builder.Services.AddSingleton(door);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Services>();
        builder.Services.AddSingleton<ServiceClient>();
        builder.Services.AddSingleton<Registry>();
        builder.Services.AddSingleton<InnerTokens>();
        builder.Services.AddSingleton<Exchange>();
        builder.Services.AddSingleton<Forwarder>();
        builder.Services.AddSingleton<HealthOfAll>();
        builder.Services.AddSingleton<MergedOpenApi>();
        builder.Services.AddSignIn(door);
        builder.Services.AddOpenApi(MergedOpenApi.OwnDocument);

        var app = builder.Build();
        app.UseRequestId();
        app.UseSecurityHeaders();
        app.UseProblems();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();

        app.MapLanding();
        app.MapInnerTokens();
        app.MapHealth();
        app.MapMergedOpenApi();
        app.MapCheckpoints();
        app.MapPublicAppeals();
        app.MapPublicCodes();
        app.MapDevSignIn(door);

        var api = app.MapGroup("/api").RequireAuthorization().AddEndpointFilter(SignIn.Exchanged);
        api.MapWorklist();
        api.MapFigures();
        api.MapPresidiumReport();
        api.MapCases();
        api.MapForwarder();
        return app;
    }

    internal static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web);
}
