using LiaisonStation.EventStore;
using LiaisonStation.Rules;

namespace LiaisonStation.Townships;

public static class Objections
{
    public static Refusal Refusal(this Objection objection) => objection switch
    {
        Objection.NoSuchBody => Refuse.Rule("no-presidium-here"),
        Objection.NotHeldYet => Refuse.Rule("meeting-not-held-yet"),
        Objection.AttendedNotAMember => Refuse.Rule("attended-not-a-member"),
        Objection.AttendedRecused => Refuse.Rule("attended-recused"),
        Objection.QuorumMissing => Refuse.Rule("quorum-missing"),
        Objection.VotesExceedAttendance => Refuse.Rule("votes-exceed-attendance"),
        Objection.MajorityMissing => Refuse.Rule("majority-missing"),
        Objection.MeetingMissing => Refuse.Rule("meeting-missing"),
        Objection.ChairNotAlone => Refuse.Forbidden("chair-not-alone"),
        Objection.CommissionMissing => Refuse.Rule("commission-missing"),
        Objection.PresidiumDecidesHere => Refuse.Forbidden("presidium-decides-here"),
        _ => throw new ArgumentOutOfRangeException(nameof(objection), objection, null),
    };
}
