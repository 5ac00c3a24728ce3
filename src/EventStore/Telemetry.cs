using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LiaisonStation.EventStore;

/// <summary>What the store tells OpenTelemetry; tags name stream types and projections, never people or words.</summary>
internal static class Telemetry
{
    private const string Name = "LiaisonStation.EventStore";
    private static readonly Meter Meter = new(Name);

    public static ActivitySource Source { get; } = new(Name);

    public static Counter<long> Appends { get; } = Meter.CreateCounter<long>(
        "eventstore.appends", "{event}", "Events appended");

    public static Counter<long> Conflicts { get; } = Meter.CreateCounter<long>(
        "eventstore.conflicts", "{write}", "Writes that lost a race for a stream and were decided again or given up");

    public static Counter<long> Repeats { get; } = Meter.CreateCounter<long>(
        "eventstore.repeats", "{write}", "Writes asked for again and not done again");

    public static Gauge<double> Lag { get; } = Meter.CreateGauge<double>(
        "eventstore.lag", "s", "Age of the last event a projection has reached while more wait; 0 when none does");
}
