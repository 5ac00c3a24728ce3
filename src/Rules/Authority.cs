using LiaisonStation.Contracts;
using static LiaisonStation.Contracts.Role;

namespace LiaisonStation.Rules;

/// <summary>Who may do what (domain.md 0.4). What stands here in no line nobody may do.</summary>
/// <remarks>
/// A role alone is never enough: township and relation to the case are decided with the act itself (a group only its items, a unit only
/// its orders, a handler never reviews its own).
/// </remarks>
public static class Authority
{
    // Whoever may submit; the station also enters what one who came in person says.
    private static readonly Role[] Submitters =
    [
        Resident, Deputy, ResidentDeliberator, DeputyGroup, SupervisionGroup, Station, CommandCentre, CongressOffice, TownChair,
        StreetWorkCommittee, TownGovernment, HandlingUnit, Integrator,
    ];

    private static readonly Dictionary<Act, Role[]> Table = new()
    {
        [Act.Submit] = Submitters,
        [Act.FollowOwn] = Submitters,
        [Act.Join] = [Resident, ResidentDeliberator, Station],
        [Act.Accept] = [Deputy, Station],
        [Act.DispatchDirectly] = [Deputy],
        [Act.KeepStation] = [Station],
        [Act.AnswerAsUnit] = [HandlingUnit, TownGovernment],
        [Act.Propose] = [CommandCentre, Deputy, DeputyGroup, Station],
        [Act.Screen] = [CongressOffice],
        [Act.Decide] = [Presidium],
        [Act.DecideAsChair] = [TownChair],
        [Act.DecideByCommission] = [StreetWorkCommittee],
        [Act.Advise] = [SupervisionGroup],
        [Act.Visit] = [SupervisionGroup],
        [Act.Review] = [SupervisionGroup],
        [Act.ProposeTargetedSupervision] = [SupervisionGroup],
        [Act.Acknowledge] = [TownGovernment],
        [Act.PassToSection] = [TownGovernment],
        [Act.Handle] = [HandlingUnit],
        [Act.CheckExtension] = [CongressOffice],
        [Act.DecideExtension] = [TownChair, Presidium, StreetWorkCommittee],
        [Act.DecideEscalation] = [StandingCommittee, StreetWorkCommittee],
        [Act.RecordAccountability] = [DisciplineBody, OrganisationBody],
        [Act.RecordPartyCommittee] = [CongressOffice],
        [Act.CallBack] = [CongressOffice, Deputy],
        [Act.Ballot] = [Deputy],
        [Act.KeepOffice] = [CongressOffice],
        [Act.Recuse] = [Deputy, SupervisionGroup, CongressOffice, TownChair, StreetWorkCommittee, StandingCommittee, Station],
        [Act.HoldReception] = [Station, Deputy],
        [Act.Audit] = [Auditor],
    };

    /// <summary>The roles an act may be done in.</summary>
    public static Role[] For(Act act) => Table[act];
}

/// <summary>The acts of domain.md 0.4.</summary>
public enum Act
{
    /// <summary>反映: anyone, and integrators.</summary>
    Submit,

    /// <summary>补充、撤回、评价: its submitter; the station for one who came in person.</summary>
    FollowOwn,

    /// <summary>附议: any resident; the station for one who came in person.</summary>
    Join,

    /// <summary>受理: the deputy addressed, else the station.</summary>
    Accept,

    /// <summary>By township policy: a deputy hands a small matter to the unit without the station.</summary>
    DispatchDirectly,

    /// <summary>Review, return, decline, merge, split, transfer, reply, publish; contact points and rota.</summary>
    KeepStation,

    /// <summary>A unit that a small matter was passed to: answer it, or send it back.</summary>
    AnswerAsUnit,

    /// <summary>点题</summary>
    Propose,

    Screen,

    /// <summary>Confirm, refer, convene, request joint supervision, escalate, end after restarts: by a meeting.</summary>
    Decide,

    /// <summary>What policy leaves to the chair alone.</summary>
    DecideAsChair,

    /// <summary>What a street, which has no presidium, decides by the standing committee's commission.</summary>
    DecideByCommission,

    Advise,

    Visit,

    Review,

    ProposeTargetedSupervision,

    Acknowledge,

    PassToSection,

    /// <summary>Progress, report handled, send back, ask for an extension.</summary>
    Handle,

    /// <summary>审核 before the chair decides.</summary>
    CheckExtension,

    /// <summary>The chair; where he takes no part his Presidium by a meeting; in a street its work committee by commission.</summary>
    DecideExtension,

    /// <summary>A street's work committee by the standing committee's commission.</summary>
    DecideEscalation,

    RecordAccountability,

    /// <summary>请示报告 and 批示: what the party committee was told, and what it instructed.</summary>
    RecordPartyCommittee,

    /// <summary>回访: never the unit.</summary>
    CallBack,

    /// <summary>Ballots and the annual appraisal.</summary>
    Ballot,

    /// <summary>Enter policy, people, codes, calendars, meetings' papers: with the document's number.</summary>
    KeepOffice,

    /// <summary>回避</summary>
    Recuse,

    /// <summary>接待选民: check-in, rota and the reception itself.</summary>
    HoldReception,

    /// <summary>Read all, record findings, draw a seeded sample.</summary>
    Audit,
}
