namespace LiaisonStation.Contracts;

/// <summary>A township or the county adopted a policy. It says what it changes; the rest stays with the county's and then the built-in one.</summary>
/// <param name="Scope">The township's code, or the county's ending in 000.</param>
/// <param name="Version">Counts in its scope, from 1.</param>
/// <param name="EffectiveFrom">Local date; of several effective ones of a scope the highest version rules.</param>
/// <param name="DocumentNumber">Of the document by which it was adopted.</param>
public sealed record PolicyAdopted(
    string Scope, int Version, DateOnly EffectiveFrom, AdoptingBody AdoptedBy, string DocumentNumber, PolicyTerms Terms);

public enum AdoptingBody
{
    Presidium,
    StandingCommittee,
}

/// <summary>The working calendar of a year, as the State Council's office announced it.</summary>
/// <param name="Holidays">Days off.</param>
/// <param name="Workdays">Saturdays and Sundays made working days (调休).</param>
/// <param name="Version">A later one for the same year replaces it; 0 is built in.</param>
public sealed record CalendarPublished(
    int Year, IReadOnlyList<DateOnly> Holidays, IReadOnlyList<DateOnly> Workdays, string DocumentNumber, int Version);

/// <summary>What a policy document sets; null leaves it as it was. Defaults and their sources stand at <c>Rules.Policy</c>.</summary>
public sealed record PolicyTerms
{
    public bool? OrdersToSections { get; init; }

    public int? OrderWorkingDays { get; init; }

    public int? CoordinationReportWorkingDays { get; init; }

    public int? Extensions { get; init; }

    public int? ExtensionWorkingDays { get; init; }

    public int? YellowWorkingDays { get; init; }

    public int? AcceptanceWorkingDays { get; init; }

    public bool? DeputiesDispatch { get; init; }

    public int? AnswerDays { get; init; }

    public int? SendBackWorkingDays { get; init; }

    public int? StationWorkingDays { get; init; }

    public int? SupplementWorkingDays { get; init; }

    public int? RatingWorkingDays { get; init; }

    public int? AccountabilityWorkingDays { get; init; }

    public int? ReviewWorkingDays { get; init; }

    public int? Reviewers { get; init; }

    public int? CallBackWorkingDays { get; init; }

    public int? CallBackAttempts { get; init; }

    public int? RestartsBeforeDecision { get; init; }

    public int? LowSatisfactionPercent { get; init; }

    public int? RehandlingWorkingDays { get; init; }

    public int? BreakdownFrom { get; init; }

    public int? RankFrom { get; init; }

    /// <summary>Replaces the whole list.</summary>
    public IReadOnlyList<ChairAct>? ChairActsAlone { get; init; }

    public OnSiteWord? OnSiteWord { get; init; }
}

/// <summary>Acts of the Presidium that policy may leave to the chair alone.</summary>
public enum ChairAct
{
    ConfirmTopic,
    ReferTopic,
    EscalateTopic,
    ConveneTargetedSupervision,
    RequestJointSupervision,
}

/// <summary>What 现场质询 of the source is called on screens and papers.</summary>
public enum OnSiteWord
{
    /// <summary>现场询问</summary>
    Inquiry,

    /// <summary>现场质询, the source's own word.</summary>
    Questioning,
}
