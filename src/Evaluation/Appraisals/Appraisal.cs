using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Evaluation.Appraisals;

public interface IAppraisalEvent;

/// <summary>
/// The Presidium convened the year-end appraisal of departments (年终专项评议). The figures are those of this moment, so that what
/// deputies judged by stays to be seen.
/// </summary>
/// <param name="AppraisalId">The stream's id: one a township and year.</param>
/// <param name="PartyCommittee">It was informed before.</param>
/// <param name="BallotUntil">Local date; deputies vote until it ends.</param>
public sealed record AppraisalConvened(
    Guid AppraisalId, int Year, Meeting Meeting, PartyReport PartyCommittee, DateOnly BallotUntil, IReadOnlyList<DepartmentFigures> Departments)
    : IAppraisalEvent;

/// <summary>The secret ballot closed. The one event that carries anything of it.</summary>
/// <param name="Eligible">Deputies of the township.</param>
/// <param name="Voted">Of them.</param>
/// <param name="Policy">The version that ruled breakdown, what is low, and ranking.</param>
public sealed record BallotClosed(int Year, int Eligible, int Voted, IReadOnlyList<Tally> Tallies, string Policy) : IAppraisalEvent;

/// <summary>What the year's appraisal came to for a department.</summary>
/// <param name="Satisfaction">满意 and 基本满意 of the valid votes; null without a breakdown.</param>
/// <param name="IsLow">Under the share policy asks for; null without a breakdown.</param>
/// <param name="Rank">From 1; null where it has too few votes to be ranked.</param>
public sealed record DepartmentAppraised(int Year, Guid Unit, Share? Satisfaction, bool? IsLow, int? Rank) : IAppraisalEvent;

/// <summary>A department whose satisfaction is low handles anew and answers the deputies again.</summary>
public sealed record RehandlingOrdered(int Year, Guid Unit, Limit Limit) : IAppraisalEvent;

/// <param name="AnsweredBy">Registry id.</param>
public sealed record RehandlingAnswered(int Year, Guid Unit, Guid AnsweredBy, string Summary) : IAppraisalEvent;

/// <summary>The calendar has come that the limit of a rehandling waited for.</summary>
public sealed record RehandlingLimitFixed(int Year, Guid Unit, Limit Limit) : IAppraisalEvent;

/// <summary>The limit passed before the department answered. Said once.</summary>
/// <param name="DueAt">The limit's end, UTC.</param>
public sealed record RehandlingOverdue(int Year, Guid Unit, DateTimeOffset DueAt) : IAppraisalEvent;

/// <summary>Another unit took over what a department owed.</summary>
public sealed record RehandlingHandedOver(Guid HandOverId, Guid From, Guid To) : IAppraisalEvent;

/// <summary>Reported to the party committee (请示报告).</summary>
/// <param name="InformedOn">Local date.</param>
public sealed record PartyReport(
    [property: Given] DateOnly InformedOn,
    [property: Text(100)] string DocumentNumber);

/// <summary>A part of a whole: never shown without its n.</summary>
public sealed record Share(int Part, int N);

/// <param name="Valid">Votes given on this department; who left it out did not vote on it.</param>
/// <param name="Choices">Null where there are too few votes to show them.</param>
public sealed record Tally(Guid Unit, int Valid, Choices? Choices);

public sealed record Choices(int Satisfied, int BasicallySatisfied, int Unsatisfied)
{
    public int Valid => Satisfied + BasicallySatisfied + Unsatisfied;
}

public enum AppraisalStage
{
    BallotOpen,
    Closed,
}

/// <param name="Answer">What the department answered.</param>
public sealed record Rehandling(Guid Unit, Limit Limit, bool IsOverdue = false, Guid? AnsweredBy = null, string? Answer = null);

/// <param name="Results">One a department, once the ballot is closed.</param>
public sealed record Appraisal(
    Guid Id, int Year, Meeting Meeting, PartyReport PartyCommittee, DateOnly BallotUntil, IReadOnlyList<DepartmentFigures> Departments,
    BallotClosed? Ballot, IReadOnlyList<DepartmentAppraised> Results, IReadOnlyList<Rehandling> Rehandlings)
{
    public static StreamType<Appraisal, IAppraisalEvent> Stream { get; } = new("appraisal", Evolve);

    public AppraisalStage Stage => Ballot is null ? AppraisalStage.BallotOpen : AppraisalStage.Closed;

    public string Name() => $"{Year}年专项评议";

    /// <summary>The stream's id: one a township and year.</summary>
    public static Guid IdOf(string township, int year) => Uuid.Derive(Uuid.Derive(Guid.Empty, "appraisal"), $"{township}/{year}");

    public static Appraisal Evolve(Appraisal? appraisal, IAppraisalEvent happened) => (appraisal, happened) switch
    {
        (null, AppraisalConvened e) => new(
            e.AppraisalId, e.Year, e.Meeting, e.PartyCommittee, e.BallotUntil, e.Departments, null, [], []),
        ({ } a, BallotClosed e) => a with { Ballot = e },
        ({ } a, DepartmentAppraised e) => a with { Results = [.. a.Results, e] },
        ({ } a, RehandlingOrdered e) => a with { Rehandlings = [.. a.Rehandlings, new(e.Unit, e.Limit)] },
        ({ } a, RehandlingAnswered e) => a.Of(e.Unit, r => r with { AnsweredBy = e.AnsweredBy, Answer = e.Summary }),
        ({ } a, RehandlingLimitFixed e) => a.Of(e.Unit, r => r with { Limit = e.Limit }),
        ({ } a, RehandlingOverdue e) => a.Of(e.Unit, r => r with { IsOverdue = true }),
        ({ } a, RehandlingHandedOver e) => a.Of(e.From, r => r.Answer is null ? r with { Unit = e.To } : r),
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot follow on {appraisal?.Stage.ToString() ?? "nothing"}."),
    };

    private Appraisal Of(Guid unit, Func<Rehandling, Rehandling> change) =>
        this with { Rehandlings = [.. Rehandlings.Select(r => r.Unit == unit ? change(r) : r)] };
}
