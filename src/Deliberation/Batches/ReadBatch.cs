using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation.Batches;

public static class ReadBatch
{
    public static void Map(RouteGroupBuilder batches) => batches
        .MapGet("/{month}", Get).RequireRole(ReadTopics.Readers)
        .WithSummary("A month's batch: what was proposed for it and what became of each, and what went on into a later month");

    private static async Task<IResult> Get(HttpContext http, Month month, StreamStore store)
    {
        var tenant = http.Caller().Tenant;
        var batch = await store.Load(Batch.Stream, Batch.Of(tenant, month), tenant, http.RequestAborted);
        var topics = await TopicLine.Read(http, store, $"""
            select id, case_number, tenant_id, stage, month, rolled_from, group_id, title_of, title, due_at, late
            from topics where month = {month.ToString()} or {month.ToString()} = any(rolled_from) order by case_number, id
            """);
        return batch is null && topics.Count == 0
            ? http.Problem(Refuse.Unknown("batch-not-open"))
            : TypedResults.Ok(new BatchView(month, batch?.State.Closed, topics));
    }
}

/// <param name="Closed">What the Presidium's meeting decided; null while the batch is open.</param>
/// <param name="Topics">Those whose month is another one went on into that.</param>
public sealed record BatchView(Month Month, BatchClosed? Closed, IReadOnlyList<TopicLine> Topics);
