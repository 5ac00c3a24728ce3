namespace LiaisonStation.Contracts;

/// <summary>An appeal asks to be taken up as a topic of deliberation.</summary>
/// <param name="CaseId">Id of the founding case (UUIDv7), also the correlation id of every stream it leads to.</param>
/// <param name="CaseNumber">The number people use: township, recorded local date, serial.</param>
/// <param name="TopicId">The topic's stream id, derived from the appeal, so that asking twice makes one topic.</param>
/// <param name="ProposedBy">Registry id of the proposer.</param>
public sealed record TakeUpRequested(
    Guid CaseId, string CaseNumber, Guid AppealId, Guid TopicId, PersonalText Title, PersonalText Text,
    Guid ProposedBy, Role ProposedAs, string Ground)
{
    /// <summary>Registry ids of those who declared an interest while it was an appeal.</summary>
    public IReadOnlyList<Guid> Recused { get; init; } = [];
}

/// <summary>An appeal that was merged or split goes on in another. Intake says it to itself: two streams, and a crash between them.</summary>
/// <param name="In">The appeal it was merged into, or one of its parts.</param>
public sealed record AppealContinues(Guid CaseId, Guid AppealId, Guid In);

/// <summary>
/// People came to be served by a case, or are no longer: who joined its appeal, who came with one merged into it, who took it back.
/// </summary>
/// <param name="People">Registry ids; the founding submitter is known with the case.</param>
/// <param name="Served">False of who took it back.</param>
/// <param name="Version">Rises with every change of the case; of one person a lower one is late and is ignored.</param>
public sealed record ServedChanged(Guid CaseId, IReadOnlyList<Guid> People, bool Served, long Version);

/// <summary>A person of the registry as it is now. No name and no contact details: those never leave Intake.</summary>
/// <param name="Version">Rises with every change; a lower one is late and is ignored.</param>
public sealed record PersonChanged(
    Guid PersonId, IReadOnlyList<Role> Roles, IReadOnlyList<Guid> Groups, Guid? UnitId, bool Active, long Version);

public enum GroupKind
{
    /// <summary>代表小组</summary>
    DeputyGroup,

    /// <summary>代表督事小组</summary>
    SupervisionGroup,

    /// <summary>人大主席团: its members are those whose majority decides.</summary>
    Presidium,

    /// <summary>县人大常委会</summary>
    StandingCommittee,

    /// <summary>监督小组、专业小组: of one matter or field.</summary>
    ProfessionalGroup,
}

/// <summary>A group or body of the registry as it is now.</summary>
/// <param name="Members">Registry ids of all members.</param>
/// <param name="Version">Rises with every change; a lower one is late and is ignored.</param>
public sealed record GroupChanged(Guid GroupId, GroupKind Kind, string Name, IReadOnlyList<Guid> Members, bool Active, long Version);

public enum UnitKind
{
    /// <summary>镇政府 / 乡政府 / 街道办事处: the addressee of an order.</summary>
    TownGovernment,

    /// <summary>科室, 站所: does the work.</summary>
    Section,

    /// <summary>县级部门</summary>
    CountyDepartment,

    /// <summary>人大代表联络站</summary>
    Station,

    /// <summary>联络点</summary>
    ContactPoint,

    /// <summary>人大办</summary>
    CongressOffice,

    /// <summary>社会治理综合指挥中心</summary>
    CommandCentre,

    /// <summary>人大街道工委</summary>
    StreetWorkCommittee,

    /// <summary>Any other body people of the registry belong to: party committee, discipline, organisation, survey agency.</summary>
    Other,
}

/// <summary>A unit of the registry as it is now.</summary>
/// <param name="ParentId">The unit it belongs to: a section's town government.</param>
/// <param name="Version">Rises with every change; a lower one is late and is ignored.</param>
public sealed record UnitChanged(Guid UnitId, UnitKind Kind, Guid? ParentId, string Name, bool Active, long Version);

/// <summary>Open items of a person, group or unit go to another in one recorded act: no case without an owner.</summary>
/// <param name="HandOverId">The act's own stream id.</param>
/// <param name="From">Registry id of who gives them up.</param>
/// <param name="To">Registry id of who takes them, of the same kind.</param>
public sealed record HandOverOrdered(
    Guid HandOverId, HandOverKind Kind, Guid From, Guid To, HandOverGround Ground, string DocumentNumber, DateOnly EffectiveOn);

public enum HandOverKind
{
    Person,
    Group,
    Unit,
}

public enum HandOverGround
{
    /// <summary>换届</summary>
    TermChange,

    /// <summary>补选</summary>
    ByElection,

    /// <summary>辞职</summary>
    Resignation,

    /// <summary>调动</summary>
    Transfer,

    /// <summary>机构调整</summary>
    Reorganisation,
}
