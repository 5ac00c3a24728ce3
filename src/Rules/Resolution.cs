using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;

namespace LiaisonStation.Rules;

/// <summary>What carries an act that is the Presidium's: its meeting; in a street the commission; neither where its chair acts alone.</summary>
public sealed record Resolution(Meeting? Meeting = null, Commission? Commission = null)
{
    /// <summary>Why it does not carry the act; null when it does.</summary>
    /// <param name="by">The role the act is done in.</param>
    /// <param name="act">What policy may leave to the chair alone; null where it leaves nothing.</param>
    /// <param name="presidium">All members of the township's Presidium; null where it has none.</param>
    /// <param name="recused">Registry ids of those who take no part in this matter.</param>
    public Objection? Objection(
        Role by, ChairAct? act, Policy policy, IReadOnlyList<Guid>? presidium, IReadOnlyList<Guid> recused, DateOnly today) => by switch
        {
            Role.StreetWorkCommittee when presidium is not null => Rules.Objection.PresidiumDecidesHere,
            Role.StreetWorkCommittee when Commission is null => Rules.Objection.CommissionMissing,
            Role.StreetWorkCommittee => null,
            Role.TownChair when act is { } alone && policy.ChairActsAlone.Contains(alone) => null,
            Role.TownChair => Rules.Objection.ChairNotAlone,
            _ when Meeting is null => Rules.Objection.MeetingMissing,
            _ => Meeting.Objection(presidium, recused, today),
        };
}

/// <summary>The StandingCommittee commissioned a street's work committee, which has no presidium, to act.</summary>
/// <param name="DocumentNumber">Of the document that commissioned it.</param>
public sealed record Commission(
    [property: Required(ErrorMessage = "required"), StringLength(100, ErrorMessage = "too-long")] string DocumentNumber);
