using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Evaluation.Appraisals;

/// <param name="Votes">At most one a department; a department left out is not voted on.</param>
public sealed record CastBallot([property: Given] IReadOnlyList<Vote> Votes) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Votes is not null && Votes.DistinctBy(v => v.Unit).Count() < Votes.Count ? [Wrong.Because("named-twice", nameof(Votes))] : [];
}

public sealed record Vote([property: Given] Guid Unit, [property: Known] Verdict Choice);

public static class CastingBallot
{
    /// <summary>Why nothing of this can be counted; null where it can. Whether the deputy has voted, the box alone knows.</summary>
    /// <param name="isDeputy">Whether the registry knows the person as a deputy of the township.</param>
    /// <param name="unit">The unit the deputy belongs to: nobody appraises their own.</param>
    public static Refusal? Objection(Appraisal? appraisal, CastBallot command, bool isDeputy, Guid? unit, DateTimeOffset now) => appraisal switch
    {
        null => Refuse.Unknown("not-found"),
        _ when !isDeputy => Refuse.Forbidden("not-a-deputy-here"),
        { Stage: AppraisalStage.Closed } => Refuse.State("ballot-closed"),
        _ when now > BusinessTime.EndOf(appraisal.BallotUntil) => Refuse.State("ballot-closed"),
        _ when command.Votes.Any(v => v.Unit == unit) => Refuse.Forbidden("own-department"),
        _ when command.Votes.Select(v => v.Unit).Except(appraisal.Departments.Select(d => d.Unit)).Any() => Refuse.Rule("not-appraised"),
        _ => null,
    };

    public static void Map(RouteGroupBuilder appraisals) => appraisals
        .MapPost("/{id:guid}/ballots", Post).RequireRole(Authority.For(Act.Ballot))
        .WithSummary("Vote in secret, once; an Idempotency-Key is not kept, for it would tell apart who voted alike");

    private static async Task<IResult> Post(
        HttpContext http, Guid id, CastBallot body, StreamStore store, BallotBox box, TimeProvider time)
    {
        var by = http.Caller();
        var appraisal = (await store.Load(Appraisal.Stream, id, by.Tenant, http.RequestAborted))?.State;
        var known = await new Township(store, by.Tenant).Person(by.Person, http.RequestAborted);
        var isDeputy = known is not null && Authority.For(Act.Ballot).Intersect(known.Roles).Any();
        var refusal = Objection(appraisal, body, isDeputy, known?.Unit ?? by.Unit, time.GetUtcNow());
        if (refusal is null)
        {
            Guid[] departments = [.. appraisal!.Departments.Select(d => d.Unit)];
            refusal = await box.Cast(
                by.Tenant, id, by.Person, [.. body.Votes.Select(v => (Array.IndexOf(departments, v.Unit), v.Choice))], http.RequestAborted);
        }

        return refusal is null ? TypedResults.NoContent() : http.Problem(refusal);
    }
}
