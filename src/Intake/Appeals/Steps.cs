using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;
using MassTransit;
using Npgsql;

namespace LiaisonStation.Intake.Appeals;

/// <summary>What an appeal waits for while it is with deputy, station or submitter. Each has a limit, of which policy says how long.</summary>
public enum Step
{
    Accept,

    /// <summary>The submitter adds what is missing; then the station goes on with what there is.</summary>
    Supplement,
    Review,

    /// <summary>To ordinary handling, or on as a topic.</summary>
    Route,
    Answer,

    /// <summary>Nobody took it up, or somebody is not satisfied: the station decides what follows.</summary>
    Settle,
    Rate,
}

/// <summary>What rules the limits that are set at a moment.</summary>
public sealed record Pace(Policy Policy, WorkingCalendar Calendar, DateTimeOffset Now)
{
    public static async Task<Pace> Of(StreamStore store, string tenant, DateTimeOffset now, CancellationToken cancellation)
    {
        var township = new Township(store, tenant);
        return new(await township.Policy(now, cancellation), await township.Calendar(cancellation), now);
    }

    public Limit Within(int workingDays) => Calendar.Limit(BusinessTime.DateOf(Now), workingDays, Policy);

    /// <summary>A target of days, by which nothing is ever late.</summary>
    public Limit Target(int days)
    {
        var today = BusinessTime.DateOf(Now);
        return Calendar.Until(today, today.AddDays(days), Policy);
    }
}

/// <summary>
/// Every write to an appeal goes through here, but for the one that founds it and holds its first limit itself: what it makes the appeal
/// wait for gets its limit with it.
/// </summary>
public static class Steps
{
    /// <summary>Null where the appeal is over, elsewhere, or has got a limit with what happened last.</summary>
    public static Step? Of(Appeal appeal) => appeal switch
    {
        { OwesAnswer: true, Stage: not (Stage.NotTaken or Stage.Unsatisfied) } => Step.Answer,
        { Stage: Stage.Collected, Acceptance: null, IsMirrored: false } => Step.Accept,
        { Stage: Stage.ReturnedToSubmitter } => Step.Supplement,
        { Stage: Stage.Accepted } => Step.Review,
        { Stage: Stage.Reviewed or Stage.SentBack } => Step.Route,
        { Stage: Stage.NotTaken or Stage.Unsatisfied } => Step.Settle,
        { Stage: Stage.Answered or Stage.Rated } when appeal.Unrated.Any() => Step.Rate,
        _ => null,
    };

    /// <summary>Of an appeal that comes in; null for one that is mirrored.</summary>
    public static Limit? Acceptance(this Pace pace, Channel channel, Guid? addressedTo) =>
        addressedTo is null && channel is Channel.Hotline or Channel.Grid ? null : pace.Within(pace.Policy.AcceptanceWorkingDays);

    /// <summary>The decision, and the limit of the step it leads to where that is another one.</summary>
    public static Decision<IAppealEvent> WithLimit(this Decision<IAppealEvent> decision, Appeal? before, Pace pace)
    {
        var after = decision.Aggregate(before, Appeal.Evolve);
        return after is not null && Of(after) is { } step && (before is null || Occasion(after) != Occasion(before))
            ? [.. decision, new StepDue(step, pace.Within(WorkingDays(step, pace.Policy)))]
            : decision;
    }

    /// <summary>A person's command on an appeal, as <see cref="Edge.Write"/> has it.</summary>
    public static async Task<IResult> Write(
        this HttpContext http, Guid appeal, Func<Appeal, Caller, Pace, Decision<IAppealEvent>> decide, Action<NpgsqlBatch>? alongside = null)
    {
        var (store, time) = (http.RequestServices.GetRequiredService<StreamStore>(), http.RequestServices.GetRequiredService<TimeProvider>());
        var pace = await Pace.Of(store, http.Caller().Tenant, time.GetUtcNow(), http.RequestAborted);
        return await http.Write(Appeal.Stream, appeal, (a, caller, _) => decide(a, caller, pace).WithLimit(a, pace), alongside);
    }

    /// <summary>In answer to a message, as <see cref="Hearing.Hear"/> has it.</summary>
    public static async Task Hear(
        this StreamStore store, ConsumeContext message, TimeProvider time, Guid appeal, Guid caseId,
        Func<Appeal?, Decision<IAppealEvent>> decide)
    {
        var pace = await Pace.Of(store, message.Cause().Tenant, time.GetUtcNow(), message.CancellationToken);
        await store.Hear(message, Appeal.Stream, appeal, caseId, a => decide(a).WithLimit(a, pace));
    }

    // The same step comes again only after another; but another deputy may be waited for to accept.
    private static (Step?, Guid?) Occasion(Appeal appeal) => (Of(appeal), appeal.Awaited);

    private static int WorkingDays(Step step, Policy policy) => step switch
    {
        Step.Accept => policy.AcceptanceWorkingDays,
        Step.Supplement => policy.SupplementWorkingDays,
        Step.Rate => policy.RatingWorkingDays,
        _ => policy.StationWorkingDays,
    };
}
