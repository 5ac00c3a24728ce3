using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <param name="Words">What they have to add.</param>
public sealed record JoinAppeal([property: Text(Optional = true)] string? Words = null, Contact? Contact = null);

public static class JoiningAppeal
{
    public static Decision<IAppealEvent> Decide(Appeal appeal, Guid person, PersonalText? words) => appeal switch
    {
        _ when appeal.Linked.Contains(person) => [],
        { IsOver: true } or { Stage: Stage.Answered or Stage.Rated } => Refuse.State("joined-too-late"),
        _ => [new AppealJoined(person, words)],
    };

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/joiners", Post)
        .RequireRole(Authority.For(Act.Join))
        .WithSummary("Join an appeal (附议): who joins is told and answered as its submitter is");

    private static async Task<IResult> Post(Guid id, JoinAppeal c, HttpContext http, StreamStore store, TimeProvider time)
    {
        var caller = http.Caller();
        if (await store.Load(Appeal.Stream, id, caller.Tenant, http.RequestAborted) is null)
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        var person = caller.Role == Role.Station ? time.NewId() : caller.Person;
        var keys = await http.Vault().Make(caller.Tenant, [person], http.RequestAborted);
        if (keys.Objection(person) is { } objection)
        {
            return http.Problem(objection);
        }

        var words = c.Words is { } said ? keys.Seal(person, said.Trim()) : null;
        return await http.Write(
            id, (appeal, _, _) => Decide(appeal, person, words),
            batch => Contacts.Keep(batch, caller.Tenant, person, c.Contact, keys));
    }
}
