using LiaisonStation.Contracts;
using LiaisonStation.EventStore;

namespace LiaisonStation.Intake.Policies;

public interface IPolicyEvent;

/// <summary>A document that the Presidium or the StandingCommittee adopted was entered. It is whole: what it leaves out, it leaves to others.</summary>
/// <param name="Scope">The township's code, or the county's ending in 000.</param>
/// <param name="Version">Counts in its scope, from 1.</param>
/// <param name="EffectiveFrom">Local date.</param>
public sealed record PolicyEntered(
    string Scope, int Version, DateOnly EffectiveFrom, AdoptingBody AdoptedBy, string DocumentNumber, PolicyTerms Terms) : IPolicyEvent;

/// <summary>All policy documents of one scope, the oldest first.</summary>
public sealed record AdoptedPolicies(string Scope, IReadOnlyList<PolicyEntered> Documents)
{
    public static StreamType<AdoptedPolicies, IPolicyEvent> Stream { get; } = new("policy", Evolve);

    public static AdoptedPolicies Evolve(AdoptedPolicies? a, IPolicyEvent e) => (a, e) switch
    {
        (null, PolicyEntered r) => new(r.Scope, [r]),
        ({ }, PolicyEntered r) => a with { Documents = [.. a.Documents, r] },
        _ => throw new InvalidOperationException($"{e.GetType().Name} is no event of a policy."),
    };

    /// <summary>The one stream of a scope.</summary>
    public static Guid IdOf(string scope) => Uuid.Derive(Root, scope);

    private static readonly Guid Root = Uuid.Derive(Guid.Empty, "policy");
}
