using System.Security.Cryptography;
using System.Text;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;

namespace LiaisonStation.Evaluation.Audits;

public interface IAuditEvent;

/// <summary>抽查: the auditor drew cases of a township by a seed, so that whoever knows it draws the same again.</summary>
/// <param name="From">First of the local days on which the cases drawn from were first concluded.</param>
/// <param name="To">Last.</param>
/// <param name="Population">How many those were.</param>
public sealed record AuditSampleDrawn(string Seed, DateOnly From, DateOnly To, int Population, IReadOnlyList<SampledCase> Cases) : IAuditEvent;

/// <param name="Review">The stream of its review.</param>
/// <param name="Unit">Who handled it last.</param>
public sealed record SampledCase(Guid CaseId, string CaseNumber, Guid Review, Guid Unit);

/// <summary>The auditor found something wrong with a case of the sample, which is to be put right and answered.</summary>
/// <param name="Number">1, 2, … within the sample.</param>
/// <param name="Unit">The unit that answers; null: the Congress Office.</param>
public sealed record FindingRecorded(int Number, Guid CaseId, string Finding, Guid? Unit, Limit Limit) : IAuditEvent;

/// <summary>整改答复</summary>
public sealed record FindingAnswered(int Number, Guid By, string Answer) : IAuditEvent;

/// <summary>The limit got its date when the working calendar of its days was published.</summary>
public sealed record FindingLimitFixed(int Number, Limit Limit) : IAuditEvent;

/// <summary>A finding was not answered in time. Stated once.</summary>
public sealed record FindingOverdue(int Number, DateTimeOffset DueAt) : IAuditEvent;

/// <summary>Another unit answers for one that is no more.</summary>
public sealed record FindingHandedOver(int Number, Guid HandOverId, Guid To) : IAuditEvent;

public sealed record Finding(
    int Number, SampledCase Case, string Text, Guid? Unit, Limit Limit, bool IsOverdue = false, Guid? AnsweredBy = null, string? Answer = null);

public sealed record AuditSample(AuditSampleDrawn Drawn, IReadOnlyList<Finding> Findings)
{
    private static readonly Guid Names = new("5a0b9f0e-3c5d-5b1a-9f6a-0d7e2a4c8b13");

    public static StreamType<AuditSample, IAuditEvent> Stream { get; } = new("audit_sample", Evolve);

    public IEnumerable<Finding> Open => Findings.Where(f => f.Answer is null);

    /// <summary>The stream of what a seed draws from a township's period: it is drawn once, whatever is concluded in it later.</summary>
    public static Guid IdOf(string township, string seed, DateOnly from, DateOnly to) =>
        Uuid.Derive(Names, $"{township}/{from:yyyy-MM-dd}/{to:yyyy-MM-dd}/{seed}");

    /// <summary>The cases with the smallest SHA-256 of <c>seed/case id</c>, in UTF-8, as hexadecimal digits.</summary>
    public static IReadOnlyList<SampledCase> Draw(string seed, IEnumerable<SampledCase> population, int size) =>
    [
        .. population.OrderBy(c => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{c.CaseId}"))), StringComparer.Ordinal).Take(size),
    ];

    public static AuditSample Evolve(AuditSample? sample, IAuditEvent happened) => (sample, happened) switch
    {
        (null, AuditSampleDrawn e) => new(e, []),
        ({ } s, FindingRecorded e) => s with
        {
            Findings = [.. s.Findings, new(e.Number, s.Drawn.Cases.First(c => c.CaseId == e.CaseId), e.Finding, e.Unit, e.Limit)],
        },
        ({ } s, FindingAnswered e) => s.With(e.Number, f => f with { AnsweredBy = e.By, Answer = e.Answer }),
        ({ } s, FindingLimitFixed e) => s.With(e.Number, f => f with { Limit = e.Limit }),
        ({ } s, FindingOverdue e) => s.With(e.Number, f => f with { IsOverdue = true }),
        ({ } s, FindingHandedOver e) => s.With(e.Number, f => f with { Unit = e.To }),
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot follow on {(sample is null ? "nothing" : "a sample")}."),
    };

    private AuditSample With(int number, Func<Finding, Finding> change) =>
        this with { Findings = [.. Findings.Select(f => f.Number == number ? change(f) : f)] };
}
