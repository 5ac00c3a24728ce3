using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Policies;

/// <summary>Which documents there are, and what they come to on a day.</summary>
public static class ReadPolicies
{
    public static void Map(RouteGroupBuilder policies)
    {
        policies.MapGet("/", History).RequireAnyRole().WithSummary("The policy documents of the township and of its county, the newest first");
        policies.MapGet("/effective", Effective).RequireAnyRole()
            .WithSummary("The policy that rules here on a day: every term, and the document it comes from");
    }

    /// <summary>Every term with the document it comes from; null for the built-in policy.</summary>
    public static EffectivePolicy On(IReadOnlyList<PolicyEntered> documents, string township, DateOnly day)
    {
        var adopted = documents
            .Select(d => new PolicyAdopted(d.Scope, d.Version, d.EffectiveFrom, d.AdoptedBy, d.DocumentNumber, d.Terms)).ToArray();
        var policy = Policy.Of(adopted, township, day);
        var ruling = policy.Version.Split('+')[1..];
        var most = documents.Where(d => ruling.Contains($"{d.Scope}/{d.Version}")).OrderBy(d => d.Scope == township).Reverse().ToArray();
        return new(day, policy.Version, [.. typeof(PolicyTerms).GetProperties().Select(term => new EffectiveTerm(
            term.Name[..1].ToLowerInvariant() + term.Name[1..],
            typeof(Policy).GetProperty(term.Name)!.GetValue(policy)!,
            most.FirstOrDefault(d => term.GetValue(d.Terms) is not null) is { } from
                ? new(from.Scope, from.Version, from.DocumentNumber, from.EffectiveFrom) : null))]);
    }

    private static async Task<IResult> History(HttpContext http, StreamStore store) => TypedResults.Ok(
        (await Documents(http, store)).OrderByDescending(d => d.EffectiveFrom).ThenByDescending(d => d.Version));

    /// <param name="on">Local date; today where it is left out.</param>
    private static async Task<IResult> Effective(HttpContext http, StreamStore store, TimeProvider time, DateOnly? on = null) =>
        TypedResults.Ok(On(await Documents(http, store), http.Caller().Tenant, on ?? BusinessTime.DateOf(time.GetUtcNow())));

    private static async Task<IReadOnlyList<PolicyEntered>> Documents(HttpContext http, StreamStore store)
    {
        var (documents, own) = (new List<PolicyEntered>(), http.Caller().Tenant);

        // A county's documents rule its townships, and are read by them.
        foreach (var scope in new[] { $"{own[..6]}000", own }.Distinct())
        {
            var adopted = await store.Load(AdoptedPolicies.Stream, AdoptedPolicies.IdOf(scope), scope, http.RequestAborted);
            documents.AddRange(adopted?.State.Documents ?? []);
        }

        return documents;
    }
}

/// <param name="Version">Names every document it rests on.</param>
public sealed record EffectivePolicy(DateOnly On, string Version, IReadOnlyList<EffectiveTerm> Terms);

/// <param name="From">Null: built in.</param>
public sealed record EffectiveTerm(string Term, object Value, PolicyDocument? From);

public sealed record PolicyDocument(string Scope, int Version, string DocumentNumber, DateOnly EffectiveFrom);
