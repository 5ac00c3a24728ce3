using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Appeals;

namespace LiaisonStation.Intake.Tests;

public sealed class AppealDeciderTests
{
    private static readonly Guid Case = Guid.Parse("019a0000-0000-7000-8000-000000000001");
    private static readonly Guid Deputy = Guid.Parse("019a0000-0000-7000-8000-000000000002");
    private static readonly Guid Clerk = Guid.Parse("019a0000-0000-7000-8000-000000000003");
    private static readonly Guid Resident = Guid.Parse("019a0000-0000-7000-8000-000000000004");
    private static readonly Guid Order = Uuid.Derive(Case, "order");
    private static readonly Guid Review = Uuid.Derive(Case, "review");
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 2, 0, 0, TimeSpan.Zero);

    private static readonly IAppealEvent[] Addressed = [Received(Deputy)];
    private static readonly IAppealEvent[] Unaddressed = [Received(null)];
    private static readonly IAppealEvent[] Accepted = [.. Addressed, new AppealAccepted(Deputy, Role.Deputy)];
    private static readonly IAppealEvent[] Reviewed = [.. Accepted, new AppealReviewed(null, Urgency.Urgent)];
    private static readonly IAppealEvent[] Proposed = [.. Reviewed, .. ProposingTopic.Decide(Fold(Reviewed)!, new ProposeTopic("Many ask."), Deputy, Role.Deputy)];
    private static readonly IAppealEvent[] TakenUp = [.. Proposed, new AppealTakenUp(Uuid.Derive(Case, "topic"))];
    private static readonly IAppealEvent[] Returned = [.. TakenUp, new AppealReturnedForRectification(1, "Half done.")];
    private static readonly IAppealEvent[] Concluded = [.. TakenUp, new AppealConcluded(1)];
    private static readonly IAppealEvent[] Reopened = [.. Concluded, new AppealReopened(1, "It broke again.")];
    private static readonly IAppealEvent[] Closed = [.. Concluded, new AppealClosed(1)];

    [Fact]
    public void the_deputy_addressed_accepts() =>
        Says(AcceptAppeal.Decide(Fold(Addressed)!, Deputy, Role.Deputy), new AppealAccepted(Deputy, Role.Deputy));

    [Fact]
    public void another_deputy_may_not_accept() =>
        Refuses(AcceptAppeal.Decide(Fold(Addressed)!, Clerk, Role.Deputy), RefusalKind.Forbidden, "addressed-to-a-deputy");

    [Fact]
    public void the_station_may_not_accept_what_is_addressed_to_a_deputy() =>
        Refuses(AcceptAppeal.Decide(Fold(Addressed)!, Clerk, Role.Station), RefusalKind.Forbidden, "addressed-to-a-deputy");

    [Fact]
    public void the_station_accepts_what_is_addressed_to_nobody() =>
        Says(AcceptAppeal.Decide(Fold(Unaddressed)!, Clerk, Role.Station), new AppealAccepted(Clerk, Role.Station));

    [Fact]
    public void no_deputy_takes_what_is_addressed_to_nobody() =>
        Refuses(AcceptAppeal.Decide(Fold(Unaddressed)!, Deputy, Role.Deputy), RefusalKind.Forbidden, "addressed-to-nobody");

    [Fact]
    public void accepting_twice_changes_nothing() => Says(AcceptAppeal.Decide(Fold(Accepted)!, Deputy, Role.Deputy));

    [Fact]
    public void what_is_reviewed_is_not_accepted_again() =>
        Refuses(AcceptAppeal.Decide(Fold(Reviewed)!, Deputy, Role.Deputy), RefusalKind.State, "appeal-not-collected");

    [Fact]
    public void an_appeal_to_somebody_who_is_no_deputy_is_refused() => Refuses(
        SubmittingAppeal.Decide(null, Received(Deputy), addresseeIsDeputy: false), RefusalKind.Rule, "addressee-not-a-deputy");

    [Fact]
    public void the_station_reviews_what_is_accepted() => Says(
        ReviewingAppeal.Decide(Fold(Accepted)!, new ReviewAppeal(Urgency.Ordinary, new Category("城乡建设", "道路", null)), Now),
        new AppealReviewed(new Category("城乡建设", "道路", null), Urgency.Ordinary));

    [Fact]
    public void the_same_review_twice_changes_nothing() =>
        Says(ReviewingAppeal.Decide(Fold(Reviewed)!, new ReviewAppeal(Urgency.Urgent), Now));

    [Fact]
    public void what_nobody_accepted_is_not_reviewed() => Refuses(
        ReviewingAppeal.Decide(Fold(Addressed)!, new ReviewAppeal(Urgency.Urgent), Now), RefusalKind.State, "appeal-not-accepted");

    [Fact]
    public void a_reviewed_appeal_is_proposed_with_the_words_it_was_made_in() => Says(
        ProposingTopic.Decide(Fold(Reviewed)!, new ProposeTopic("Many ask."), Clerk, Role.Station),
        new TopicProposalRequested(
            Case, Number, Uuid.Derive(Case, "topic"), new PersonalText(Resident, "路灯"), new PersonalText(Resident, "村口没有路灯"), Clerk,
            Role.Station, "Many ask.", []));

    [Fact]
    public void what_is_not_reviewed_is_not_proposed() => Refuses(
        ProposingTopic.Decide(Fold(Accepted)!, new ProposeTopic("Many ask."), Deputy, Role.Deputy), RefusalKind.State, "appeal-not-reviewed");

    [Fact]
    public void proposing_twice_changes_nothing() =>
        Says(ProposingTopic.Decide(Fold(Proposed)!, new ProposeTopic("Many ask."), Deputy, Role.Deputy));

    [Fact]
    public void a_second_proposer_is_told_that_it_is_proposed() => Refuses(
        ProposingTopic.Decide(Fold(Proposed)!, new ProposeTopic("Me too."), Clerk, Role.Station), RefusalKind.State, "already-proposed");

    [Fact]
    public void a_topic_taken_up_is_told_once()
    {
        var message = new TopicTakenUp(Case, Case, Uuid.Derive(Case, "topic"));
        Says(WhenTopicTakenUp.Decide(Fold(Proposed), message), new AppealTakenUp(message.TopicId));
        Says(WhenTopicTakenUp.Decide(Fold(TakenUp), message));
        Says(WhenTopicTakenUp.Decide(Fold(Closed), message));
    }

    [Fact]
    public void a_conclusion_ends_the_round_that_runs()
    {
        Says(WhenConcluded.Decide(Fold(TakenUp), End(1)), new AppealConcluded(1));
        Says(WhenConcluded.Decide(Fold(Returned), End(2)), new AppealConcluded(2));
        Says(WhenConcluded.Decide(Fold(Reopened), End(2)), new AppealConcluded(2));
    }

    [Fact]
    public void a_repeated_or_late_conclusion_changes_nothing()
    {
        Says(WhenConcluded.Decide(Fold(Concluded), End(1)));
        Says(WhenConcluded.Decide(Fold(Reopened), End(1)));
        Says(WhenConcluded.Decide(Fold(Closed), End(1)));
    }

    [Fact]
    public void a_conclusion_that_came_too_early_waits()
    {
        ComesAgain(WhenConcluded.Decide(Fold(Proposed), End(1)));
        ComesAgain(WhenConcluded.Decide(Fold(TakenUp), End(2)));
    }

    [Fact]
    public void a_return_opens_the_next_round_before_conclusion()
    {
        var message = new ReturnedForRectification(Case, Order, Review, 1, "Half done.");
        Says(WhenReturnedForRectification.Decide(Fold(TakenUp), message), new AppealReturnedForRectification(1, "Half done."));
        Says(WhenReturnedForRectification.Decide(Fold(Returned), message));
        ComesAgain(WhenReturnedForRectification.Decide(Fold(Proposed), message));
        Assert.Equal((Stage.Returned, 2), (Fold(Returned)!.Stage, Fold(Returned)!.Round));
    }

    [Fact]
    public void a_restart_opens_the_next_round_after_conclusion()
    {
        var message = new SupervisionRestarted(Case, Order, Review, 1, "It broke again.");
        Says(WhenSupervisionRestarted.Decide(Fold(Concluded), message), new AppealReopened(1, "It broke again."));
        Says(WhenSupervisionRestarted.Decide(Fold(Reopened), message));
        ComesAgain(WhenSupervisionRestarted.Decide(Fold(TakenUp), message));
        Assert.Equal((Stage.Reopened, 2), (Fold(Reopened)!.Stage, Fold(Reopened)!.Round));
    }

    [Fact]
    public void a_confirmed_end_closes_what_is_concluded_and_nothing_else()
    {
        Says(WhenClosedConfirmed.Decide(Fold(Concluded), new ClosedConfirmed(Case, Order, Review, 1)), new AppealClosed(1));
        Says(WhenClosedConfirmed.Decide(Fold(Closed), new ClosedConfirmed(Case, Order, Review, 1)));
        ComesAgain(WhenClosedConfirmed.Decide(Fold(TakenUp), new ClosedConfirmed(Case, Order, Review, 1)));
        ComesAgain(WhenClosedConfirmed.Decide(Fold(Returned), new ClosedConfirmed(Case, Order, Review, 2)));
    }

    [Fact]
    public void any_order_of_arrival_ends_in_the_same_story()
    {
        object[] told =
        [
            new TopicTakenUp(Case, Case, Uuid.Derive(Case, "topic")), new ReturnedForRectification(Case, Order, Review, 1, "a"), End(2),
            new SupervisionRestarted(Case, Order, Review, 2, "b"), End(3), new ClosedConfirmed(Case, Order, Review, 3),
        ];
        var straight = Tell(told);
        for (var seed = 0; seed < 200; seed++)
        {
            // Every message comes twice, in any order; what comes too early comes again.
            object[] mixed = [.. told, .. told];
            new Random(seed).Shuffle(mixed);
            Assert.Equal(straight, Tell(mixed));
        }
    }

    [Fact]
    public void an_unknown_appeal_waits() => ComesAgain(WhenConcluded.Decide(null, End(1)));

    private const string Number = "330225109-20261121-0001";

    private static AppealReceived Received(Guid? addressedTo) => new(
        Case, Number, Channel.DeputyCode, Resident, addressedTo, null, null, new PersonalText(Resident, "路灯"),
        new PersonalText(Resident, "村口没有路灯"), false, null, null, null, null, null);

    private static Concluded End(int round) => new(Case, Order, Review, round);

    private static Appeal? Fold(IEnumerable<IAppealEvent> told) => told.Aggregate((Appeal?)null, Appeal.Evolve);

    private static List<IAppealEvent> Tell(IEnumerable<object> messages)
    {
        List<IAppealEvent> told = [.. Proposed];
        for (var waiting = messages.ToList(); waiting.Count > 0;)
        {
            var early = new List<object>();
            foreach (var message in waiting)
            {
                var decision = message switch
                {
                    TopicTakenUp m => WhenTopicTakenUp.Decide(Fold(told), m),
                    ReturnedForRectification m => WhenReturnedForRectification.Decide(Fold(told), m),
                    Contracts.Concluded m => WhenConcluded.Decide(Fold(told), m),
                    SupervisionRestarted m => WhenSupervisionRestarted.Decide(Fold(told), m),
                    _ => WhenClosedConfirmed.Decide(Fold(told), (ClosedConfirmed)message),
                };
                told.AddRange(decision.Events);
                if (decision.Refusal is not null)
                {
                    early.Add(message);
                }
            }

            Assert.True(early.Count < waiting.Count, "nothing moves on");
            waiting = early;
        }

        return told;
    }

    private static void Says(Decision<IAppealEvent> decision, params IAppealEvent[] events)
    {
        Assert.Null(decision.Refusal);
        Assert.Equal(events, decision.Events);
    }

    private static void ComesAgain(Decision<IAppealEvent> decision) => Assert.NotNull(decision.Refusal);

    private static void Refuses(Decision<IAppealEvent> decision, RefusalKind kind, string code) =>
        Assert.Equal(new Refusal(kind, code), decision.Refusal);
}
