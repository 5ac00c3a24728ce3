using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;

namespace LiaisonStation.Deliberation.Referrals;

/// <summary>Branch A: the Presidium handed the matter to the town government, or to a section where policy has it so.</summary>
public sealed record TopicReferred(
    string CaseNumber, PersonalText Title, Guid OrderId, Guid Addressee, Guid Group, string Content, Limit Limit,
    IReadOnlyList<Milestone> Milestones, IReadOnlyList<Guid> Recused, Resolution Resolution) : ITopicEvent;

/// <summary>Branch B: a section of the town follows the matter up with a county department.</summary>
/// <param name="Counterpart">The county department by name; no person's.</param>
/// <param name="Policy">The version that set how often the section reports.</param>
public sealed record TopicReferredToCounty(
    string CaseNumber, PersonalText Title, Guid OrderId, Guid Section, string Counterpart, Guid Group, string Content, Limit Limit,
    int ReportEveryWorkingDays, string Policy, IReadOnlyList<Guid> Recused, Resolution Resolution) : ITopicEvent;

/// <summary>Branch C: what cannot be solved in the township went to the county's StandingCommittee.</summary>
public sealed record TopicEscalated(
    string CaseNumber, PersonalText Title, Guid OrderId, Guid Group, string Content, string Reason, IReadOnlyList<Guid> Recused,
    Resolution Resolution) : ITopicEvent;

/// <summary>To whom a topic was referred (交办), and on what terms.</summary>
/// <param name="Unit">Registry id of the addressee of the order, or of the section that follows it up; null where it was escalated.</param>
/// <param name="Counterpart">The county department, in branch B.</param>
/// <param name="Reason">Why it cannot be solved in the township, in branch C.</param>
public sealed record Referral(
    Branch Branch, Guid OrderId, Guid? Unit, string? Counterpart, string? Reason, string Content, Limit? Limit,
    IReadOnlyList<Milestone> Milestones, Resolution Resolution)
{
    public static Referral Of(TopicReferred e) =>
        new(Branch.TownOrder, e.OrderId, e.Addressee, null, null, e.Content, e.Limit, e.Milestones, e.Resolution);

    public static Referral Of(TopicReferredToCounty e) =>
        new(Branch.CountyCoordination, e.OrderId, e.Section, e.Counterpart, null, e.Content, e.Limit, [], e.Resolution);

    public static Referral Of(TopicEscalated e) =>
        new(Branch.Escalation, e.OrderId, null, null, e.Reason, e.Content, null, [], e.Resolution);

    /// <summary>The stream it goes on in; whatever the branch, so that one topic has one.</summary>
    public static Guid OrderOf(Guid topic) => Uuid.Derive(topic, "order");

    /// <summary>Whether this is what is asked for once more. When it was asked does not count, nor does what policy has become since.</summary>
    public bool Is(Referral asked, LimitAsked? limit) =>
        (limit is null ? Limit is null : Limit is { } given && limit.Gave(given)) && Milestones.SequenceEqual(asked.Milestones)
        && this with { Limit = null, Milestones = [] } == asked with { Limit = null, Milestones = [] };
}

/// <summary>A limit of working days, or a last day; of neither, the working days policy prefills.</summary>
public sealed record LimitAsked(int? WorkingDays, DateOnly? DueOn)
{
    public Limit From(Presiding who) => DueOn is { } day
        ? who.Calendar.Until(who.Today, day, who.Policy)
        : who.Calendar.Limit(who.Today, WorkingDays ?? who.Policy.OrderWorkingDays, who.Policy);

    public Refusal? Objection(Presiding who, IReadOnlyList<Milestone> milestones)
    {
        var limit = From(who);
        return DueOn < who.Today ? Refuse.Rule("due-date-past")
            : milestones.Any(m => m.DueOn < who.Today) ? Refuse.Rule("milestone-past")
            : limit.DueOn is { } due && milestones.Any(m => m.DueOn > due) ? Refuse.Rule("milestone-after-limit")
            // The limit ends in a year that has no calendar yet: what lies in one that has is surely before it.
            : limit.DueOn is null && milestones.Any(m => m.DueOn.Year > who.Calendar.LastYear) ? Refuse.Rule("milestone-beyond-calendar")
            : null;
    }

    public bool Gave(Limit recorded) => DueOn is { } day
        ? recorded is { WorkingDays: null } && recorded.DueOn == day
        : recorded.WorkingDays is { } days && days == (WorkingDays ?? days);
}
