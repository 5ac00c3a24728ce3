using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <summary>联络站答复反馈: the station's reply, to each one linked separately.</summary>
/// <param name="To">One of those linked; everyone who was not answered yet where left out.</param>
public sealed record AnswerAppeal([property: Text(SubmittingAppeal.TextLength)] string Text, Guid? To = null);

public static class AnsweringAppeal
{
    /// <param name="seal">The text under a person's key; null where they were erased.</param>
    /// <param name="open">What an answer that was recorded says; null where that cannot be read any more.</param>
    public static Decision<IAppealEvent> Decide(
        Appeal appeal, AnswerAppeal c, Func<Guid, PersonalText?> seal, Func<PersonalText, string?> open, DateTimeOffset now) =>
        appeal switch
        {
            { CanBeAnswered: false } => Refuse.State("nothing-to-answer-with"),
            _ when c.To is { } to && !appeal.Linked.Contains(to) => Refuse.Rule("answered-to-nobody-linked"),
            _ when appeal.Unanswered.Where(p => c.To is null || p == c.To).ToArray() is { Length: > 0 } owed =>
                [.. owed.Select(p => new AppealAnswered(p, seal(p), now))],
            _ when appeal.Answers.Where(a => c.To is null || a.To == c.To).All(a => a.Text is null || open(a.Text) == c.Text) => [],
            _ => Refuse.State("already-answered"),
        };

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/answers", Post)
        .RequireRole(Authority.For(Act.KeepStation))
        .WithSummary("Answer who handed an appeal in or joined it: one of them, or all that are not answered yet");

    private static async Task<IResult> Post(Guid id, AnswerAppeal c, HttpContext http, StreamStore store)
    {
        if (await store.Load(Appeal.Stream, id, http.Caller().Tenant, http.RequestAborted) is not { State: var appeal })
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        // Whoever joined since the keys were fetched is answered by the next try.
        var keys = await http.Keys(appeal.Linked);
        return await http.Handle(id, (a, _, pace) =>
            a.Linked.Except(appeal.Linked).Any()
                ? Refuse.State("joined-meanwhile")
                : Decide(a, c, p => keys.IsDestroyed(p) ? null : keys.Seal(p, c.Text), keys.Open, pace.Now));
    }
}
