using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Registry;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Policies;

/// <param name="EffectiveFrom">Local date, not before the day of entry: what was ruled already stays ruled as it was.</param>
/// <param name="Terms">
/// All that the document sets, at least one term. It takes the place of the scope's earlier document; what it leaves out is the county's
/// and then the built-in policy's.
/// </param>
public sealed record EnterPolicy(
    [property: Known] AdoptingBody AdoptedBy,
    [property: Text(Assignment.DocumentNumberLength)] string DocumentNumber,
    [property: Given] DateOnly EffectiveFrom,
    [property: Given] PolicyTerms Terms) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Objections(Terms);

    private static IEnumerable<ValidationResult> Objections(PolicyTerms? terms)
    {
        if (terms is null)
        {
            yield break;
        }

        if (terms == new PolicyTerms())
        {
            yield return Wrong.Because("required", nameof(Terms));
        }

        (string Term, int? Value, int Least, int Most)[] ranges =
        [
            (nameof(terms.OrderWorkingDays), terms.OrderWorkingDays, 1, 250),
            (nameof(terms.CoordinationReportWorkingDays), terms.CoordinationReportWorkingDays, 1, 60),
            (nameof(terms.Extensions), terms.Extensions, 0, 10),
            (nameof(terms.ExtensionWorkingDays), terms.ExtensionWorkingDays, 1, 60),
            (nameof(terms.YellowWorkingDays), terms.YellowWorkingDays, 1, 30),
            (nameof(terms.AcceptanceWorkingDays), terms.AcceptanceWorkingDays, 1, 30),
            (nameof(terms.AnswerDays), terms.AnswerDays, 1, 60),
            (nameof(terms.SendBackWorkingDays), terms.SendBackWorkingDays, 1, 30),
            (nameof(terms.StationWorkingDays), terms.StationWorkingDays, 1, 30),
            (nameof(terms.SupplementWorkingDays), terms.SupplementWorkingDays, 1, 60),
            (nameof(terms.RatingWorkingDays), terms.RatingWorkingDays, 1, 60),
            (nameof(terms.AccountabilityWorkingDays), terms.AccountabilityWorkingDays, 1, 250),
            (nameof(terms.ReviewWorkingDays), terms.ReviewWorkingDays, 1, 60),
            (nameof(terms.Reviewers), terms.Reviewers, 1, 50),
            (nameof(terms.CallBackWorkingDays), terms.CallBackWorkingDays, 1, 60),
            (nameof(terms.CallBackAttempts), terms.CallBackAttempts, 1, 10),
            (nameof(terms.RestartsBeforeDecision), terms.RestartsBeforeDecision, 1, 5),
            (nameof(terms.LowSatisfactionPercent), terms.LowSatisfactionPercent, 1, 100),
            (nameof(terms.RehandlingWorkingDays), terms.RehandlingWorkingDays, 1, 60),

            // With two votes each voter knows the other's.
            (nameof(terms.BreakdownFrom), terms.BreakdownFrom, 3, 100),
            (nameof(terms.RankFrom), terms.RankFrom, 2, 1000),
        ];
        foreach (var (term, value, least, most) in ranges)
        {
            if (value < least || value > most)
            {
                yield return Wrong.Because("out-of-range", $"{nameof(Terms)}.{term}");
            }
        }

        if (terms.ChairActsAlone is { } acts && (acts.Distinct().Count() < acts.Count || !acts.All(Enum.IsDefined)))
        {
            yield return Wrong.Because("unknown-value", $"{nameof(Terms)}.{nameof(terms.ChairActsAlone)}");
        }

        if (terms.OnSiteWord is { } word && !Enum.IsDefined(word))
        {
            yield return Wrong.Because("unknown-value", $"{nameof(Terms)}.{nameof(terms.OnSiteWord)}");
        }
    }
}

public static class EnteringPolicy
{
    /// <param name="body">Who adopts policies of this scope.</param>
    /// <param name="today">The local date of entry.</param>
    public static Decision<IPolicyEvent> Decide(AdoptedPolicies? adopted, string scope, EnterPolicy c, AdoptingBody body, DateOnly today)
    {
        var last = adopted?.Documents[^1];
        return adopted?.Documents.SingleOrDefault(d => d.DocumentNumber == c.DocumentNumber) is { } same
            ? IsSame(same, c) ? [] : Refuse.State("policy-document-entered-otherwise")
            : c.AdoptedBy != body ? Refuse.Rule("policy-of-another-body")
            : c.EffectiveFrom < today ? Refuse.Rule("policy-effective-before-entry")

            // The later document rules: one for an earlier day would end what is to begin after it.
            : c.EffectiveFrom < last?.EffectiveFrom ? Refuse.Rule("policy-effective-before-the-last")
            : [new PolicyEntered(scope, (last?.Version ?? 0) + 1, c.EffectiveFrom, c.AdoptedBy, c.DocumentNumber, c.Terms)];
    }

    public static void Map(RouteGroupBuilder policies) => policies
        .MapPost("/", Post)
        .RequireRole(Authority.For(Act.KeepOffice))
        .WithSummary("Enter a policy that the township's Presidium, or the county's StandingCommittee, adopted");

    private static async Task<IResult> Post(EnterPolicy c, HttpContext http, StreamStore store)
    {
        var scope = http.Caller().Tenant;
        var presidium = await store.Query(
            scope,
            $"select 1 from groups where tenant_id = {scope} and kind = {nameof(GroupKind.Presidium)} and active limit 1",
            row => row.GetInt32(0),
            http.RequestAborted);

        // The county has none, nor has a street: it is ruled by the StandingCommittee whose working body it has.
        var body = presidium.Count == 0 ? AdoptingBody.StandingCommittee : AdoptingBody.Presidium;
        return await http.Found(
            AdoptedPolicies.Stream, AdoptedPolicies.IdOf(scope),
            (adopted, _, now) => Decide(adopted, scope, c, body, BusinessTime.DateOf(now)),
            adopted => adopted.Documents.Single(d => d.DocumentNumber == c.DocumentNumber));
    }

    private static bool IsSame(PolicyEntered one, EnterPolicy other) =>
        (one.AdoptedBy, one.EffectiveFrom) == (other.AdoptedBy, other.EffectiveFrom)
        && one.Terms with { ChairActsAlone = null } == other.Terms with { ChairActsAlone = null }
        && (one.Terms.ChairActsAlone, other.Terms.ChairActsAlone) is (null, null) or ({ }, { })
        && (one.Terms.ChairActsAlone ?? []).ToHashSet().SetEquals(other.Terms.ChairActsAlone ?? []);
}
