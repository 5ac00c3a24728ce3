using LiaisonStation.Contracts;

namespace LiaisonStation.Rules;

/// <summary>The policy that rules in a township on a day: the built-in one, changed by the county's and then by its own.</summary>
/// <remarks>Defaults as domain.md 0.2 has them; those marked [X] are Zhejiang's practice or law, the rest of the county's own making.</remarks>
public sealed record Policy
{
    /// <summary>Names every document it rests on: <c>built-in+330225000/2+330225109/1</c>.</summary>
    public string Version { get; private init; } = "built-in";

    /// <summary>Whether an order may go to a section itself instead of the town government.</summary>
    public bool OrdersToSections { get; private init; }

    /// <summary>Prefilled where an order is given no limit of its own.</summary>
    public int OrderWorkingDays { get; private init; } = 15;

    /// <summary>Branch B: how often the section reports contact and progress.</summary>
    public int CoordinationReportWorkingDays { get; private init; } = 15;

    /// <summary>At most so many extensions a round.</summary>
    public int Extensions { get; private init; } = 2;

    /// <summary>At most so many working days each.</summary>
    public int ExtensionWorkingDays { get; private init; } = 7;

    /// <summary>[X] Yellow from so many working days before the limit; red once past.</summary>
    public int YellowWorkingDays { get; private init; } = 1;

    /// <summary>For the deputy addressed; then the station takes over. As long for the station, where nobody is addressed.</summary>
    public int AcceptanceWorkingDays { get; private init; } = 2;

    /// <summary>Whether a deputy dispatches without the station's approval.</summary>
    public bool DeputiesDispatch { get; private init; }

    /// <summary>Target, in days, for answering what went to ordinary handling; no red light.</summary>
    public int AnswerDays { get; private init; } = 2;

    /// <summary>[X] Within which a wrong assignment may be sent back.</summary>
    public int SendBackWorkingDays { get; private init; } = 7;

    /// <summary>[I] For each step that is the station's own: review, hand on, answer, settle.</summary>
    public int StationWorkingDays { get; private init; } = 2;

    /// <summary>[I] For the submitter to add what is missing; then the station goes on with what there is.</summary>
    public int SupplementWorkingDays { get; private init; } = 10;

    /// <summary>[I] For whoever was answered to say whether it satisfies them; then it is not waited for.</summary>
    public int RatingWorkingDays { get; private init; } = 10;

    /// <summary>[I] Target for the competent body's result on a clue; the clock is its own, so there is no red light.</summary>
    public int AccountabilityWorkingDays { get; private init; } = 30;

    /// <summary>[I] For the deputies' review of what was reported handled.</summary>
    public int ReviewWorkingDays { get; private init; } = 5;

    /// <summary>一事一评: at least so many deputies of the group, by majority.</summary>
    public int Reviewers { get; private init; } = 3;

    /// <summary>回访, owed for every concluded item.</summary>
    public int CallBackWorkingDays { get; private init; } = 10;

    /// <summary>On different days; then the item is closed as unreached.</summary>
    public int CallBackAttempts { get; private init; } = 3;

    /// <summary>With this many the Presidium decides: go on, escalate, or end with a published reason.</summary>
    public int RestartsBeforeDecision { get; private init; } = 2;

    /// <summary>满意 and 基本满意 below this share of the valid votes is low.</summary>
    public int LowSatisfactionPercent { get; private init; } = 60;

    public int RehandlingWorkingDays { get; private init; } = 10;

    /// <summary>No breakdown of a ballot with fewer valid votes.</summary>
    public int BreakdownFrom { get; private init; } = 5;

    /// <summary>No ranking of anything with fewer cases.</summary>
    public int RankFrom { get; private init; } = 10;

    /// <summary>What the chair may do alone.</summary>
    public IReadOnlyList<ChairAct> ChairActsAlone { get; private init; } = [];

    public OnSiteWord OnSiteWord { get; private init; } = OnSiteWord.Inquiry;

    public static Policy BuiltIn { get; } = new();

    /// <param name="adopted">Documents of any scope; those of other townships do not count.</param>
    /// <param name="on">Local date.</param>
    public static Policy Of(IEnumerable<PolicyAdopted> adopted, string township, DateOnly on)
    {
        var effective = adopted.Where(p => p.EffectiveFrom <= on).ToLookup(p => p.Scope);
        var county = $"{township[..6]}000";
        return new[] { county, township }.Distinct()
            .Select(scope => effective[scope].MaxBy(p => p.Version))
            .OfType<PolicyAdopted>()
            .Aggregate(BuiltIn, (policy, document) => policy.Changed(document));
    }

    private Policy Changed(PolicyAdopted by) => this with
    {
        Version = $"{Version}+{by.Scope}/{by.Version}",
        OrdersToSections = by.Terms.OrdersToSections ?? OrdersToSections,
        OrderWorkingDays = by.Terms.OrderWorkingDays ?? OrderWorkingDays,
        CoordinationReportWorkingDays = by.Terms.CoordinationReportWorkingDays ?? CoordinationReportWorkingDays,
        Extensions = by.Terms.Extensions ?? Extensions,
        ExtensionWorkingDays = by.Terms.ExtensionWorkingDays ?? ExtensionWorkingDays,
        YellowWorkingDays = by.Terms.YellowWorkingDays ?? YellowWorkingDays,
        AcceptanceWorkingDays = by.Terms.AcceptanceWorkingDays ?? AcceptanceWorkingDays,
        DeputiesDispatch = by.Terms.DeputiesDispatch ?? DeputiesDispatch,
        AnswerDays = by.Terms.AnswerDays ?? AnswerDays,
        SendBackWorkingDays = by.Terms.SendBackWorkingDays ?? SendBackWorkingDays,
        StationWorkingDays = by.Terms.StationWorkingDays ?? StationWorkingDays,
        SupplementWorkingDays = by.Terms.SupplementWorkingDays ?? SupplementWorkingDays,
        RatingWorkingDays = by.Terms.RatingWorkingDays ?? RatingWorkingDays,
        AccountabilityWorkingDays = by.Terms.AccountabilityWorkingDays ?? AccountabilityWorkingDays,
        ReviewWorkingDays = by.Terms.ReviewWorkingDays ?? ReviewWorkingDays,
        Reviewers = by.Terms.Reviewers ?? Reviewers,
        CallBackWorkingDays = by.Terms.CallBackWorkingDays ?? CallBackWorkingDays,
        CallBackAttempts = by.Terms.CallBackAttempts ?? CallBackAttempts,
        RestartsBeforeDecision = by.Terms.RestartsBeforeDecision ?? RestartsBeforeDecision,
        LowSatisfactionPercent = by.Terms.LowSatisfactionPercent ?? LowSatisfactionPercent,
        RehandlingWorkingDays = by.Terms.RehandlingWorkingDays ?? RehandlingWorkingDays,
        BreakdownFrom = by.Terms.BreakdownFrom ?? BreakdownFrom,
        RankFrom = by.Terms.RankFrom ?? RankFrom,
        ChairActsAlone = by.Terms.ChairActsAlone ?? ChairActsAlone,
        OnSiteWord = by.Terms.OnSiteWord ?? OnSiteWord,
    };
}
