using System.Text.Json;
using LiaisonStation.EventStore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonStation.ServiceDefaults;

/// <summary><c>GET /history/{stream}</c>: the events of one stream and the streams they lead on to.</summary>
public static class History
{
    internal static void MapHistory(this WebApplication app) => app
        .MapGet("/history/{stream:guid}", Get).RequireAnyRole().ExcludeFromDescription();

    private static async Task<Ok<StreamHistory>> Get(
        HttpContext http, Guid stream, StreamStore store, ServiceModule module)
    {
        var caller = http.Caller();
        var read = await store.Read(stream, caller.Tenant, archived: true, http.RequestAborted);
        RecordedEvent[] events = module.Tells?.Invoke(caller, read) is false
            ? []
            : [.. read.Where(e => module.Shows?.Invoke(caller, e) ?? true)];
        var data = (await http.Opened(events.Select(e => e.Data).ToArray())).AsArray();
        return TypedResults.Ok(new StreamHistory(
            [.. events.Zip(data, (e, shown) => Entry(e, module.Name, shown.Deserialize<JsonElement>()))],
            [.. read.Select(module.Links).OfType<StreamLink>().Distinct()]));
    }

    private static HistoryEvent Entry(RecordedEvent e, string service, JsonElement data)
    {
        int? round = data.TryGetProperty("round", out var r) && r.TryGetInt32(out var n) ? n : null;
        return new HistoryEvent(
            e.Id, service, e.Stream, e.Version, e.Type, e.RecordedAt, e.Headers.Actor, e.Headers.Role, e.Headers.Unit, round,
            e.Correlation, e.Causation, e.Headers.TraceParent, data);
    }
}

public sealed record StreamHistory(IReadOnlyList<HistoryEvent> Events, IReadOnlyList<StreamLink> Links);

/// <param name="Time">When it was recorded, UTC.</param>
/// <param name="Cause">Id of the event or the idempotency key of the command that caused it.</param>
public sealed record HistoryEvent(
    Guid Id, string Service, Guid Stream, long Version, string Type, DateTimeOffset Time, string? Actor, string? Role, string? Unit,
    int? Round, string? Correlation, string? Cause, string? TraceParent, JsonElement Data);
