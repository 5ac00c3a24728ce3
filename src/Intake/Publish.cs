using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Appeals;
using LiaisonStation.Intake.Policies;
using LiaisonStation.Intake.Registry;

namespace LiaisonStation.Intake;

public static class Publish
{
    /// <summary>What the other services are told of a stored event.</summary>
    public static object? ToOthers(RecordedEvent e) => e.Data switch
    {
        TopicProposalRequested r => new TakeUpRequested(
            r.AppealId, r.CaseNumber, r.AppealId, r.TopicId, r.Title, r.Text, r.ProposedBy, r.ProposedAs, r.Ground)
        {
            Recused = r.Recused,
        },
        AppealMerged r => new AppealContinues(e.Stream, e.Stream, r.Into),
        AppealSplit r => new AppealContinues(e.Stream, e.Stream, r.Part),
        AppealJoined r => new ServedChanged(e.Stream, [r.Person], true, e.Version),
        AppealMergedIn r => new ServedChanged(e.Stream, r.Submitters, true, e.Version),
        AppealWithdrawn r => new ServedChanged(e.Stream, [r.Person], false, e.Version),
        PersonRegistered r => new PersonChanged(r.PersonId, r.Roles, r.Groups, r.UnitId, true, e.Version),
        PersonReassigned r => new PersonChanged(r.PersonId, r.Roles, r.Groups, r.UnitId, true, e.Version),
        PersonDeactivated r => new PersonChanged(r.PersonId, r.Roles, [], r.UnitId, false, e.Version),
        PersonErased r => new PersonChanged(r.PersonId, [], [], null, false, e.Version),
        GroupRegistered r => new GroupChanged(r.GroupId, r.Kind, r.Name, r.Members, true, e.Version),
        GroupMembersChanged r => new GroupChanged(r.GroupId, r.Kind, r.Name, r.Members, true, e.Version),
        GroupDissolved r => new GroupChanged(r.GroupId, r.Kind, r.Name, [], false, e.Version),
        UnitRegistered r => new UnitChanged(r.UnitId, r.Kind, r.ParentId, r.Name, true, e.Version),
        UnitDeactivated r => new UnitChanged(r.UnitId, r.Kind, r.ParentId, r.Name, false, e.Version),
        HandOverTookEffect r => new HandOverOrdered(r.HandOverId, r.Kind, r.From, r.To, r.Ground, r.DocumentNumber, r.EffectiveOn),
        PolicyEntered r => new PolicyAdopted(r.Scope, r.Version, r.EffectiveFrom, r.AdoptedBy, r.DocumentNumber, r.Terms),
        CalendarEntered r => new CalendarPublished(r.Year, r.Holidays, r.Workdays, r.DocumentNumber, r.Version),
        _ => null,
    };

    /// <summary>Where the case goes on.</summary>
    public static ServiceDefaults.StreamLink? Links(RecordedEvent e) => e.Data switch
    {
        TopicProposalRequested r => new("deliberation", r.TopicId),
        AppealMerged r => new("intake", r.Into),
        AppealMergedIn r => new("intake", r.From),
        AppealSplit r => new("intake", r.Part),
        AppealReceived { SplitFrom: { } whole } => new("intake", whole),
        _ => null,
    };
}
