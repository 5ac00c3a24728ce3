using LiaisonStation.EventStore;
using LiaisonStation.Intake.Registry;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.ContactPoints;

/// <param name="Until">The last day, where it is known already.</param>
public sealed record PostDeputy(
    [property: Given] Guid Deputy, [property: Known] PostingManner Manner, [property: Given] DateOnly From, DateOnly? Until = null);

/// <param name="On">The last day there, local date.</param>
public sealed record RecallDeputy([property: Given] Guid Deputy, [property: Given] DateOnly On);

/// <summary>Who stays at a contact point (驻点) or comes to it (进驻).</summary>
public static class PostingDeputy
{
    public static Decision<IContactPointEvent> Decide(ContactPoint point, PostDeputy c, bool isDeputy)
    {
        var until = c.Until ?? point.Until;
        return point switch
        {
            { ClosedOn: not null } => Refuse.State("contact-point-closed"),
            _ when point.Postings.Contains(new(c.Deputy, c.Manner, c.From, until)) => [],
            _ when !isDeputy => Refuse.Rule("not-a-deputy"),
            _ when until < c.From || c.From < point.From || until > point.Until => Refuse.Rule("posting-outside-its-time"),
            _ when point.Postings.Any(p => p.Deputy == c.Deputy && (p.Until is null || p.Until >= c.From)) => Refuse.State("already-posted"),
            _ => [new DeputyPosted(c.Deputy, c.Manner, c.From, until)],
        };
    }

    public static Decision<IContactPointEvent> Decide(ContactPoint point, RecallDeputy c) => point switch
    {
        _ when point.Postings.Any(p => p.Deputy == c.Deputy && p.Until == c.On) => [],
        _ when !point.Postings.Any(p => p.Deputy == c.Deputy && p.From <= c.On && (p.Until is null || p.Until > c.On)) =>
            Refuse.State("not-posted"),
        _ => [new DeputyRecalled(c.Deputy, c.On)],
    };

    public static void Map(RouteGroupBuilder points)
    {
        points.MapPost("/{id:guid}/postings", Post)
            .RequireRole(Authority.For(Act.KeepStation))
            .WithSummary("Post a deputy at a contact point");
        points.MapPost("/{id:guid}/recalls", (Guid id, RecallDeputy c, HttpContext http) =>
                http.Write(ContactPoint.Stream, id, (p, _, _) => Decide(p, c)))
            .RequireRole(Authority.For(Act.KeepStation))
            .WithSummary("End a deputy's posting");
    }

    private static async Task<IResult> Post(Guid id, PostDeputy c, HttpContext http, StreamStore store)
    {
        var isDeputy = await People.IsDeputy(store, http.Caller().Tenant, c.Deputy, http.RequestAborted);
        return await http.Write(ContactPoint.Stream, id, (p, _, _) => Decide(p, c, isDeputy));
    }
}
