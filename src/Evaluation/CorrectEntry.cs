using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Evaluation;

/// <summary>What is left out stays as it was entered.</summary>
/// <param name="Entry">Id of the event to be corrected, as the history shows it.</param>
/// <param name="Verdict">Of a deputy.</param>
/// <param name="Comment">Of a deputy.</param>
/// <param name="Method">Of an attempt at the call-back.</param>
/// <param name="On">Of an attempt at the call-back, local date.</param>
public sealed record CorrectEntry(
    [property: Given] Guid Entry,
    [property: Text] string Reason,
    [property: Known] Verdict? Verdict = null,
    [property: Text(Optional = true)] string? Comment = null,
    [property: Known] CallBackMethod? Method = null,
    DateOnly? On = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        this is { Verdict: null, Comment: null, Method: null, On: null } ? [Wrong.Because("required", nameof(Verdict))] : [];
}

public static class CorrectingEntry
{
    /// <param name="entry">The event of that id in this review; null where there is none.</param>
    /// <param name="office">Whether the caller acts as the office, which may correct what others entered.</param>
    public static Decision<IReviewEvent> Decide(
        Review review, CorrectEntry command, IReviewEvent? entry, Guid person, bool office, Policy policy, WorkingCalendar calendar,
        DateTimeOffset now) => entry switch
        {
            null => Refuse.Unknown("no-such-entry"),
            DeputyReviewed e when !office && e.Deputy != person => Refuse.Forbidden("not-your-entry"),
            CallBackAttempted e when !office && e.MadeBy != person => Refuse.Forbidden("not-your-entry"),
            _ when review.Rounds[^1].Corrections.Any(c => IsRepeat(c.By, command)) => [],
            DeputyReviewed e when e.Round != review.Rounds[^1].Number || review.Stage != ReviewStage.UnderReview =>
                Refuse.State("outcome-decided"),
            CallBackAttempted e when e.Round != review.Rounds[^1].Number || review.Stage != ReviewStage.Concluded =>
                Refuse.State("outcome-decided"),
            CallBackMade => Refuse.State("outcome-decided"),
            DeputyReviewed e => OfVerdict(review, command, e, policy, calendar, now),
            CallBackAttempted e => OfAttempt(review, command, e, BusinessTime.DateOf(now)),
            _ => Refuse.Rule("entry-not-correctable"),
        };

    public static void Map(RouteGroupBuilder reviews) => reviews
        .MapPost("/{id:guid}/corrections", Post)
        .RequireRole([.. Authority.For(Act.Review).Union(Authority.For(Act.CallBack)).Union(Authority.For(Act.KeepOffice))])
        .WithSummary("Correct a mistyped verdict or attempt, before anything was decided by it; both are shown");

    private static Decision<IReviewEvent> OfVerdict(
        Review review, CorrectEntry command, DeputyReviewed entry, Policy policy, WorkingCalendar calendar, DateTimeOffset now)
    {
        var round = review.Rounds[^1];
        if (round.Verdicts.FirstOrDefault(v => v.Deputy == entry.Deputy) is not { } given)
        {
            return Refuse.State("verdict-taken-back");
        }

        var meant = given with { Verdict = command.Verdict ?? given.Verdict, Comment = command.Comment ?? given.Comment };
        return meant switch
        {
            _ when meant == given => [],
            { Verdict: Verdict.Unsatisfied, Comment: null } => Refuse.Rule("comment-owed"),
            _ => [
                new EntryCorrected(command.Entry, round.Number, meant, null, command.Reason),
                .. GivingVerdict.Outcome(
                    review, [.. round.Verdicts.Select(v => v.Deputy == meant.Deputy ? meant : v)], policy, calendar, now)],
        };
    }

    private static Decision<IReviewEvent> OfAttempt(Review review, CorrectEntry command, CallBackAttempted entry, DateOnly today)
    {
        var round = review.Rounds[^1];
        var made = round.Attempts.Single(a => a.Number == entry.Number);
        var meant = made with { Method = command.Method ?? made.Method, On = command.On ?? made.On };
        return meant switch
        {
            _ when meant == made => [],
            _ when round.Attempts.Any(a => a.Number != meant.Number && a.On == meant.On) => Refuse.State("attempted-that-day"),
            _ when MakingCallBack.DateObjection(round, meant.On, today) is { } objection => objection,
            _ => [new EntryCorrected(command.Entry, round.Number, null, meant, command.Reason)],
        };
    }

    private static bool IsRepeat(EntryCorrected by, CorrectEntry command) =>
        by.EventId == command.Entry && by.Reason == command.Reason
        && (command.Verdict ?? by.Verdict?.Verdict) == by.Verdict?.Verdict && (command.Comment ?? by.Verdict?.Comment) == by.Verdict?.Comment
        && (command.Method ?? by.Attempt?.Method) == by.Attempt?.Method && (command.On ?? by.Attempt?.On) == by.Attempt?.On;

    private static async Task<IResult> Post(HttpContext http, Guid id, CorrectEntry body, StreamStore store, TimeProvider time)
    {
        var township = new Township(store, http.Caller().Tenant);
        var entry = (await store.Read(id, township.Code, http.RequestAborted)).FirstOrDefault(e => e.Id == body.Entry)?.Data as IReviewEvent;
        var policy = await township.Policy(time.GetUtcNow(), http.RequestAborted);
        var calendar = await township.Calendar(http.RequestAborted);
        return await http.Write(Review.Stream, id, (review, caller, now) => Decide(
            review, body, entry, caller.Person, Authority.For(Act.KeepOffice).Contains(caller.Role), policy, calendar, now));
    }
}
