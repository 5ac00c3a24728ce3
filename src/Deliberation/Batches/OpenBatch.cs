using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation.Batches;

/// <param name="Month"><c>2026-03</c>; not one that is over.</param>
public sealed record OpenBatch([property: Given] Month Month);

public static class OpeningBatch
{
    public static Decision<IBatchEvent> Decide(Batch? batch, Month month, DateOnly today) => batch switch
    {
        not null => [],
        _ when month < Month.Of(today) => Refuse.Rule("month-over"),
        _ => [new BatchOpened(month)],
    };

    public static void Map(RouteGroupBuilder batches) => batches
        .MapPost("/", Post).RequireRole(Authority.For(Act.KeepOffice))
        .WithSummary("Open a month's batch before anything is proposed for it");

    /// <summary>The month a topic stands in: this one, or the first later one whose batch is not closed yet. Its batch is open then.</summary>
    public static async Task<Month> Ensure(StreamStore store, Cause cause, Month month, CancellationToken cancellation)
    {
        for (; ; month = month.Next)
        {
            var batch = await store.Write(
                Batch.Stream, Batch.Of(cause.Tenant, month), cause with { Correlation = null, Inbox = null },
                batch => Decide(batch, month, month.First), cancellation: cancellation);
            if (batch.State is { Closed: null })
            {
                return month;
            }
        }
    }

    private static Task<IResult> Post(HttpContext http, OpenBatch body) => http.Found(
        Batch.Stream, Batch.Of(http.Caller().Tenant, body.Month), (batch, _, now) => Decide(batch, body.Month, BusinessTime.DateOf(now)),
        batch => new { batch.Month });
}
