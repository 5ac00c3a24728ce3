using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Evaluation.Appraisals;

public static class ClosingBallot
{
    /// <summary>Why the ballot stays open; null where it can be closed.</summary>
    /// <param name="eligible">Deputies of the township, and who has voted as one.</param>
    /// <param name="voted">Of them.</param>
    public static Refusal? Objection(Appraisal appraisal, int eligible, int voted, DateTimeOffset now) =>
        now <= BusinessTime.EndOf(appraisal.BallotUntil) && voted < eligible ? Refuse.State("ballot-still-open") : null;

    /// <param name="choices">Department by department, in the appraisal's order.</param>
    public static Decision<IAppraisalEvent> Decide(
        Appraisal appraisal, IReadOnlyList<Choices> choices, int eligible, int voted, Policy policy, WorkingCalendar calendar,
        DateTimeOffset now)
    {
        if (appraisal.Stage == AppraisalStage.Closed)
        {
            return [];
        }

        if (Objection(appraisal, eligible, voted, now) is { } objection)
        {
            return objection;
        }

        Tally[] tallies = [.. appraisal.Departments.Zip(choices, (d, c) => new Tally(d.Unit, c.Valid, c.Valid < policy.BreakdownFrom ? null : c))];
        var results = tallies.Select(t => Appraised(appraisal.Year, t, tallies, policy)).ToArray();
        var limit = calendar.Limit(BusinessTime.DateOf(now), policy.RehandlingWorkingDays, policy);
        return [
            new BallotClosed(appraisal.Year, eligible, voted, tallies, policy.Version),
            .. results,
            .. results.Where(r => r.IsLow is true).Select(r => new RehandlingOrdered(appraisal.Year, r.Unit, limit))];
    }

    public static void Map(RouteGroupBuilder appraisals) => appraisals
        .MapPost("/{id:guid}/closing", Post).RequireRole(Authority.For(Act.KeepOffice))
        .WithSummary("Close the ballot after its last day, or once every deputy has voted, and state what it came to");

    private static DepartmentAppraised Appraised(int year, Tally tally, IReadOnlyList<Tally> all, Policy policy)
    {
        if (tally.Choices is not { } c)
        {
            return new(year, tally.Unit, null, null, null);
        }

        // Equal shares share a rank, and who has too few votes is not ranked and ranks nobody.
        var ranked = all.Where(t => t.Choices is not null && t.Valid >= policy.RankFrom).Select(t => t.Choices!).ToArray();
        int? rank = tally.Valid >= policy.RankFrom ? 1 + ranked.Count(other => IsBetter(other, c)) : null;
        return new(
            year, tally.Unit, new(c.Satisfied + c.BasicallySatisfied, c.Valid),
            (c.Satisfied + c.BasicallySatisfied) * 100 < policy.LowSatisfactionPercent * c.Valid, rank);
    }

    // By the share of 满意 and 基本满意, then by that of 满意 alone.
    private static bool IsBetter(Choices one, Choices other)
    {
        var (a, b) = ((long)(one.Satisfied + one.BasicallySatisfied) * other.Valid, (long)(other.Satisfied + other.BasicallySatisfied) * one.Valid);
        return a != b ? a > b : (long)one.Satisfied * other.Valid > (long)other.Satisfied * one.Valid;
    }

    private static async Task<IResult> Post(HttpContext http, Guid id, StreamStore store, BallotBox box, TimeProvider time)
    {
        var township = new Township(store, http.Caller().Tenant);
        if ((await store.Load(Appraisal.Stream, id, township.Code, http.RequestAborted))?.State is not { } appraisal)
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        var deputies = await township.People(Contracts.Role.Deputy, http.RequestAborted);
        var turnout = await ReadAppraisals.Voters(store, township.Code, id, http.RequestAborted);
        var eligible = deputies.Select(d => d.Id).Union(turnout).Count();
        if (appraisal.Stage == AppraisalStage.BallotOpen && Objection(appraisal, eligible, turnout.Count, time.GetUtcNow()) is { } objection)
        {
            return http.Problem(objection);
        }

        // First nothing more comes in, then it is counted: whoever fails in between closes it again.
        var (choices, voted) = await box.Close(township.Code, id, http.RequestAborted);
        var policy = await township.Policy(time.GetUtcNow(), http.RequestAborted);
        var calendar = await township.Calendar(http.RequestAborted);
        return await http.Write(
            Appraisal.Stream, id, (a, _, now) => Decide(a, choices, eligible, voted, policy, calendar, now),
            batch => batch.Add(BallotBox.Discard(township.Code, id)));
    }
}
