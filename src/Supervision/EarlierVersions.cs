using LiaisonStation.Contracts;
using LiaisonStation.Rules;

namespace LiaisonStation.Supervision;

public sealed record OrderIssuedV1(
    int Round, string Number, Guid CaseId, string CaseNumber, Guid TopicId, PersonalText Title, Guid Addressee, Guid Group,
    string Content, DateTimeOffset ReferredAt, DateOnly DueOn, DateTimeOffset DueAt)
{
    public OrderIssued Now() => new(
        Round, Number, CaseId, CaseNumber, TopicId, Title, Addressee, Group, Content, ReferredAt,
        EarlierLimit.Of(BusinessTime.DateOf(ReferredAt), DueOn), [], []);
}

public sealed record OrderPassedToSectionV1(int Round, Guid Section)
{
    public OrderPassedToSection Now() => new(Round, Section, [], null);
}

public sealed record HandlingReportedV1(
    int Round, string CaseNumber, Guid ReviewId, PersonalText Title, Guid Unit, Guid Group, Guid HandledBy, string Summary)
{
    public HandlingReported Now() => new(
        Round, CaseNumber, ReviewId, Branch.TownOrder, Title, Unit, [Unit], Group, [HandledBy], [], HandledBy, null, Summary, null, null, []);
}

public sealed record RoundOpenedV1(int Round, RoundCause Cause, Guid CausedBy, DateTimeOffset OpenedAt, DateTimeOffset DueAt)
{
    public RoundOpened Now() => new(
        Round, Cause, CausedBy, OpenedAt, EarlierLimit.Of(BusinessTime.DateOf(OpenedAt), BusinessTime.DateOf(DueAt).AddDays(-1)));
}

public sealed record ExtensionApprovedV1(int Round, int Extension, string FilingNumber, DateOnly DecidedOn, Limit Limit)
{
    public ExtensionApproved Now() => new(Round, Extension, FilingNumber, Role.TownChair, null, DecidedOn, Limit);
}

public sealed record ExtensionRefusedV1(int Round, int Extension, string FilingNumber, DateOnly DecidedOn, string Reason)
{
    public ExtensionRefused Now() => new(Round, Extension, FilingNumber, Role.TownChair, null, DecidedOn, Reason);
}

public sealed record RecusalDeclaredV1(Guid Person, Role As, string Ground)
{
    public RecusalDeclared Now() => new(Person, As, Ground, null);
}

public sealed record CommitmentMadeV1(int Round, int Commitment, Guid Unit, string Content, DateOnly DueOn)
{
    public CommitmentMade Now() => new(Round, Commitment, Unit, Content, DueOn, null);
}

// Limits were dates of their own then, and yellow on the last day.
internal static class EarlierLimit
{
    public static Limit Of(DateOnly from, DateOnly dueOn) => new(from, null, dueOn, dueOn, Policy.BuiltIn.Version);
}
