using LiaisonStation.Contracts;
using LiaisonStation.Intake.Appeals;

namespace LiaisonStation.Intake;

/// <summary>Before anybody asked for consent, named where it was handed in, or limited the acceptance.</summary>
public sealed record AppealReceivedV1(
    Guid AppealId, string CaseNumber, Channel Channel, Guid Submitter, Guid? AddressedTo, PersonalText Title, PersonalText Text,
    DateTimeOffset? SubmittedAt, string? Source, string? SourceId)
{
    public AppealReceived Upcast() => new(
        AppealId, CaseNumber, Channel, Submitter, AddressedTo, null, null, Title, Text, false, SubmittedAt, Source, SourceId, null, null);
}

/// <summary>Before a recusal could be declared.</summary>
public sealed record TopicProposalRequestedV1(
    Guid AppealId, string CaseNumber, Guid TopicId, PersonalText Title, PersonalText Text, Guid ProposedBy, Role ProposedAs, string Ground)
{
    public TopicProposalRequested Upcast() => new(
        AppealId, CaseNumber, TopicId, Title, Text, ProposedBy, ProposedAs, Ground, []);
}
