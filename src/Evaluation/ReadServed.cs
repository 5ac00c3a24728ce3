using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Evaluation;

/// <param name="Verdict">What they said when they were called back in this round; null where they were not yet.</param>
public sealed record ServedPerson(Guid Person, Verdict? Verdict);

/// <summary>Whom there is to call back beside the founding submitter: ids alone, for names and numbers are Intake's.</summary>
public static class ReadServed
{
    public static void Map(RouteGroupBuilder reviews) => reviews
        .MapGet("/{id:guid}/served", Get).RequireRole(Authority.For(Act.CallBack))
        .WithSummary("Further people served by the case, and what those said who were called back; for whoever may call them");

    /// <summary>Whoever joined or came with a merged appeal, and did not take it back.</summary>
    public static Task<IReadOnlyList<Guid>> Served(this HttpContext http, StreamStore store, Guid review) => store.Query(
        http.Caller().Tenant,
        $"""
        select s.person_id from reviews r join served_people s on s.tenant_id = r.tenant_id and s.case_id = r.case_id
         where r.id = {review} and s.served and s.person_id <> r.resident order by s.person_id
        """,
        row => row.GetGuid(0),
        http.RequestAborted);

    private static async Task<IResult> Get(HttpContext http, Guid id, StreamStore store)
    {
        if (await store.Load(Review.Stream, id, http.Caller().Tenant, http.RequestAborted) is not { State: var review })
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        if (MakingCallBack.CallBackObjection(review, http.Caller().Person, await http.UnitOfCaller(store)) is { } objection)
        {
            return http.Problem(objection);
        }

        var called = review.Rounds[^1].Served;
        return TypedResults.Ok((await http.Served(store, id))
            .Select(person => new ServedPerson(person, called.FirstOrDefault(s => s.Served == person)?.CallBack.Verdict)).ToArray());
    }
}
