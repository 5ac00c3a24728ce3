using System.Globalization;
using LiaisonStation.Contracts;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation.Meetings;

public static class MeetingWaits
{
    // [I] No source says how long minutes may take.
    private const int MinutesDays = 7;

    /// <summary>What a meeting waits for once it is planned: who came, its minutes, and their approval.</summary>
    public static IEnumerable<Waiting> For(PlannedMeeting meeting) => meeting.Stage switch
    {
        MeetingStage.Planned => [Act(meeting, "record-attendance", Authority.For(Rules.Act.KeepOffice), 0)],
        MeetingStage.Held => [Act(meeting, "record-minutes", Authority.For(Rules.Act.KeepOffice), MinutesDays)],
        MeetingStage.Minuted => [Act(meeting, "approve-minutes", Approving(meeting), MinutesDays) with { Group = meeting.Group }],
        _ => [],
    };

    private static Role[] Approving(PlannedMeeting meeting) => meeting.Kind switch
    {
        MeetingKind.SupervisionGroup => Authority.For(Rules.Act.Advise),
        MeetingKind.DeputyGroup => [Role.DeputyGroup],
        _ => [.. Authority.For(Rules.Act.DecideAsChair), .. Authority.For(Rules.Act.DecideByCommission)],
    };

    // No case's: it stands under the day, and its stream says which meeting it is.
    private static Waiting Act(PlannedMeeting meeting, string act, IReadOnlyList<Role> roles, int days)
    {
        var due = meeting.Plan.HeldOn.AddDays(days);
        return new(
            act, Guid.Empty, meeting.Plan.HeldOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), 0, roles, DueAt: BusinessTime.EndOf(due),
            WarnAt: BusinessTime.StartOf(due));
    }
}
