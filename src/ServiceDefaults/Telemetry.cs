using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace LiaisonStation.ServiceDefaults;

/// <summary>
/// Traces, metrics and logs, exported where OTEL_EXPORTER_OTLP_ENDPOINT is set. The name comes from OTEL_SERVICE_NAME.
/// The hosting and instrumentation packages cannot be had, so the SDK's own builders listen to the built-in sources.
/// </summary>
public static class Telemetry
{
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "System.Net.Http", "MassTransit", "Npgsql", "LiaisonStation.*"];

    private static readonly string[] Meters =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "MassTransit", "Npgsql", "LiaisonStation.*"];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        // GET /health tells it, and whoever asks tells it on; a line per question and check would drown the rest.
        builder.Logging.ClearProviders().AddSimpleConsole(o => o.SingleLine = true)
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
            // A line a request, with what was searched for in it: names.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.Services.AddHostedService<Providers>();
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
        {
            builder.Logging.AddOpenTelemetry(o => o.AddOtlpExporter());
        }
    }

    private sealed class Providers(Microsoft.Extensions.Configuration.IConfiguration configuration) : IHostedService, IDisposable
    {
        private TracerProvider? _traces;
        private MeterProvider? _metrics;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            var traces = Sdk.CreateTracerProviderBuilder().AddSource(Sources);
            var metrics = Sdk.CreateMeterProviderBuilder().AddMeter(Meters);
            if (configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
            {
                traces.AddOtlpExporter();
                metrics.AddOtlpExporter();
            }

            (_traces, _metrics) = (traces.Build(), metrics.Build());
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
            _traces?.Dispose();
            _metrics?.Dispose();
        }
    }
}
