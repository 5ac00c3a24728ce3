using LiaisonStation.Contracts;
using LiaisonStation.EventStore;

namespace LiaisonStation.Intake.ContactPoints;

public enum ContactPointKind
{
    /// <summary>片区、网格</summary>
    Area,

    /// <summary>村、社区</summary>
    Village,

    /// <summary>民生小铺</summary>
    Shop,

    /// <summary>重点工程 (一线联络站): with a start and an end.</summary>
    Project,
}

public enum PostingManner
{
    /// <summary>驻点: stays there.</summary>
    Stationed,

    /// <summary>进驻: comes at times.</summary>
    Visiting,
}

public interface IContactPointEvent;

/// <summary>A lower post of the station was opened.</summary>
/// <param name="Village">The village's twelve-digit code, where it stands for one.</param>
/// <param name="From">Local date.</param>
/// <param name="Until">Local date on which a project ends; open where there is none.</param>
/// <param name="Milestones">Of a project, in order of their dates.</param>
public sealed record ContactPointOpened(
    Guid ContactPointId, ContactPointKind Kind, string Name, string? Village, DateOnly From, DateOnly? Until,
    IReadOnlyList<Milestone> Milestones, string DocumentNumber) : IContactPointEvent;

/// <param name="Until">Local date, the last one; null while it is open.</param>
public sealed record DeputyPosted(Guid Deputy, PostingManner Manner, DateOnly From, DateOnly? Until) : IContactPointEvent;

/// <param name="On">The last day there, local date.</param>
public sealed record DeputyRecalled(Guid Deputy, DateOnly On) : IContactPointEvent;

/// <summary>Another deputy took over by an act of the registry.</summary>
/// <param name="On">The successor's first day, local date.</param>
public sealed record PostingHandedOver(Guid HandOverId, Guid From, Guid To, DateOnly On) : IContactPointEvent;

public sealed record MilestoneReached(string Content, DateOnly ReachedOn) : IContactPointEvent;

public sealed record ContactPointClosed(DateOnly On, string DocumentNumber) : IContactPointEvent;

public sealed record ContactPoint(
    Guid Id, ContactPointKind Kind, string Name, string? Village, DateOnly From, DateOnly? Until, IReadOnlyList<Step> Milestones,
    IReadOnlyList<Posting> Postings, DateOnly? ClosedOn = null)
{
    public static StreamType<ContactPoint, IContactPointEvent> Stream { get; } = new("contact_point", Evolve);

    public static ContactPoint Evolve(ContactPoint? p, IContactPointEvent e) => (p, e) switch
    {
        (null, ContactPointOpened r) => new(
            r.ContactPointId, r.Kind, r.Name, r.Village, r.From, r.Until, [.. r.Milestones.Select(m => new Step(m.Content, m.DueOn))], []),
        ({ }, DeputyPosted r) => p with { Postings = [.. p.Postings, new(r.Deputy, r.Manner, r.From, r.Until)] },
        ({ }, DeputyRecalled r) => p with
        {
            Postings = [.. p.Postings.Select(o => o.Deputy == r.Deputy && (o.Until is null || o.Until > r.On) ? o with { Until = r.On } : o)],
        },
        ({ }, PostingHandedOver r) => p with { Postings = [.. p.Postings.SelectMany(o => p.HandedOver(o, r))] },
        ({ }, MilestoneReached r) => p with
        {
            Milestones = [.. p.Milestones.Select(m => m.Content == r.Content ? m with { ReachedOn = r.ReachedOn } : m)],
        },
        ({ }, ContactPointClosed r) => p with { ClosedOn = r.On },
        _ => throw new InvalidOperationException($"{e.GetType().Name} does not fit this contact point."),
    };

    // What is over stays whose it was; a successor who is posted there already is not posted twice.
    private Posting[] HandedOver(Posting o, PostingHandedOver r)
    {
        if (o.Deputy != r.From || o.Until < r.On)
        {
            return [o];
        }

        var successors = o with { Deputy = r.To, From = o.From > r.On ? o.From : r.On };
        Posting[] before = o.From < r.On ? [o with { Until = r.On.AddDays(-1) }] : [];
        return Postings.Any(p => p.Deputy == r.To && (p.Until is null || p.Until >= successors.From)) ? before : [.. before, successors];
    }
}

/// <param name="ReachedOn">Null while it is not.</param>
public sealed record Step(string Content, DateOnly DueOn, DateOnly? ReachedOn = null);

public sealed record Posting(Guid Deputy, PostingManner Manner, DateOnly From, DateOnly? Until);
