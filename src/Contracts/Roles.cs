namespace LiaisonStation.Contracts;

/// <summary>The role an act is done in. One person may hold several; each act names one.</summary>
public enum Role
{
    Resident,
    Deputy,
    ResidentDeliberator,
    DeputyGroup,
    SupervisionGroup,
    Station,
    CommandCentre,
    CongressOffice,
    TownChair,

    /// <summary>A meeting, not a login: held by the Presidium's recorder, whose every act carries the meeting.</summary>
    Presidium,
    StreetWorkCommittee,
    TownGovernment,
    HandlingUnit,

    /// <summary>The county's body; held by its recorder, whose every act carries the meeting.</summary>
    StandingCommittee,
    PartyCommittee,
    DisciplineBody,
    OrganisationBody,
    ThirdParty,
    Integrator,
    Auditor,

    /// <summary>A service of this system acting on a message or on behalf of the Gateway; never a person.</summary>
    System,
}
