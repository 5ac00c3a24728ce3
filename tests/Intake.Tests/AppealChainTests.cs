using System.Globalization;
using System.Resources;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Appeals;
using LiaisonStation.Rules;

namespace LiaisonStation.Intake.Tests;

/// <summary>群众扫码递交 → 代表受理 → 联络站审核 → 转交部门办理 → 联络站答复反馈, with everything that leaves that path.</summary>
public sealed class AppealChainTests
{
    private const string Number = "330225109-20261120-0002";
    private const string Earlier = "330225109-20261120-0001";
    private static readonly Guid Case = Guid.Parse("019a0000-0000-7000-8000-000000000001");
    private static readonly Guid Other = Guid.Parse("019a0000-0000-7000-8000-000000000009");
    private static readonly Guid Deputy = Guid.Parse("019a0000-0000-7000-8000-000000000002");
    private static readonly Guid Clerk = Guid.Parse("019a0000-0000-7000-8000-000000000003");
    private static readonly Guid Resident = Guid.Parse("019a0000-0000-7000-8000-000000000004");
    private static readonly Guid Neighbour = Guid.Parse("019a0000-0000-7000-8000-000000000005");
    private static readonly Guid Section = Guid.Parse("019a0000-0000-7000-8000-000000000006");
    private static readonly Guid AnotherSection = Guid.Parse("019a0000-0000-7000-8000-000000000007");
    private static readonly WorkingCalendar Calendar = new(WorkingCalendar.National);
    private static readonly Policy Rules = Policy.BuiltIn;

    // A Friday; the Monday and Tuesday after it are working days.
    private static readonly DateTimeOffset Friday = new(2026, 11, 20, 10, 0, 0, TimeSpan.FromHours(8));
    private static readonly DateOnly Today = new(2026, 11, 20);
    private static readonly Pace Now = new(Rules, Calendar, Friday);

    // Monday and Tuesday.
    private static readonly Limit TwoDays = new(Today, 2, new(2026, 11, 24), new(2026, 11, 24), "built-in");

    // The weeks of 23 and 30 November.
    private static readonly Limit TenDays = new(Today, 10, new(2026, 12, 4), new(2026, 12, 4), "built-in");
    private static readonly SmallMatterRouted ToSection = new(
        1, Section, null, new(Today, null, new(2026, 11, 22), new(2026, 11, 20), "built-in"),
        new(Today, 7, new(2026, 12, 1), new(2026, 12, 1), "built-in"), null);

    private static readonly IAppealEvent[] Collected = [Received()];
    private static readonly IAppealEvent[] Addressed = [Received() with { AddressedTo = Deputy, Acceptance = TwoDays }];
    private static readonly IAppealEvent[] Accepted = [.. Addressed, new AppealAccepted(Deputy, Role.Deputy)];
    private static readonly IAppealEvent[] ReturnedToSubmitter = [.. Accepted, new AppealReturnedToSubmitter("哪条路？")];
    private static readonly IAppealEvent[] Reviewed = [.. Accepted, new AppealReviewed(new("城乡建设"), Urgency.Ordinary)];
    private static readonly IAppealEvent[] Joined = [.. Reviewed, new AppealJoined(Neighbour, null)];
    private static readonly IAppealEvent[] Routed = [.. Joined, ToSection];
    private static readonly IAppealEvent[] OnPlatform =
        [.. Reviewed, ToSection with { Unit = null, Platform = OutsidePlatform.Hotline, SendBack = null }];
    private static readonly IAppealEvent[] SentBack = [.. Routed, new AssignmentSentBack(Section, "属交通局")];
    private static readonly IAppealEvent[] AnsweredByUnit = [.. Routed, new UnitAnswered(Section, null, ResultClass.Solved, "已装灯", Today)];
    private static readonly IAppealEvent[] HalfAnswered = [.. AnsweredByUnit, new AppealAnswered(Resident, Sealed(Resident, "已装灯"), Friday)];
    private static readonly IAppealEvent[] Answered = [.. HalfAnswered, new AppealAnswered(Neighbour, Sealed(Neighbour, "已装灯"), Friday)];
    private static readonly IAppealEvent[] Rated = [.. Answered, new AppealRated(Resident, 1, Rating.Satisfied, null)];
    private static readonly IAppealEvent[] Unsatisfied = [.. Rated, new AppealRated(Neighbour, 1, Rating.Unsatisfied, Sealed(Neighbour, "太暗"))];
    private static readonly IAppealEvent[] Redone = [.. Unsatisfied, new RedoOrdered("太暗", ToSection.Target)];
    private static readonly IAppealEvent[] RedoneInVain =
    [
        .. Redone, new UnitAnswered(Section, null, ResultClass.KeptAsReference, "留作参考", Today),
        new AppealAnswered(Resident, null, Friday), new AppealAnswered(Neighbour, null, Friday),
        new AppealRated(Neighbour, 2, Rating.Unsatisfied, null),
    ];

    private static readonly IAppealEvent[] Proposed =
        [.. Joined, new TopicProposalRequested(Case, Number, Other, Sealed(Resident, "路灯"), Sealed(Resident, "没有灯"), Clerk, Role.Station, "多人反映", [])];

    private static readonly IAppealEvent[] NotTaken = [.. Proposed, new AppealNotTaken(Other, "不属三项标准")];
    private static readonly IAppealEvent[] TakenUp = [.. Proposed, new AppealTakenUp(Other)];
    private static readonly IAppealEvent[] Concluded = [.. TakenUp, new AppealConcluded(1)];
    private static readonly IAppealEvent[] Reopened = [.. Concluded, new AppealReopened(1, "又坏了")];
    private static readonly IAppealEvent[] Closed = [.. Concluded, new AppealClosed(1)];
    private static readonly IAppealEvent[] ClosedAndAnswered =
        [.. Closed, new AppealAnswered(Resident, null, Friday), new AppealAnswered(Neighbour, null, Friday)];

    private static readonly IAppealEvent[] Ended = [.. TakenUp, new AppealEnded(1, AppealEnding.ByPresidium, "条件不具备")];
    private static readonly IAppealEvent[] Declined = [.. Accepted, new AppealDeclined(DeclineCode.CourtCase, "法院在审", null)];
    private static readonly IAppealEvent[] Withdrawn = [.. Accepted, new AppealWithdrawn(Resident)];
    private static readonly IAppealEvent[] Merged = [.. Joined, new AppealMerged(Other)];
    private static readonly IAppealEvent[] Split =
    [
        .. Joined, new AppealSplit(Uuid.Derive(Case, "part-1"), "330225109-20261120-0003", Sealed(Resident, "灯"), Sealed(Resident, "没有灯")),
        new AppealSplit(Uuid.Derive(Case, "part-2"), "330225109-20261120-0004", Sealed(Resident, "路"), Sealed(Resident, "有坑")),
    ];

    private static readonly Dictionary<Stage, IAppealEvent[]> Lives = new()
    {
        [Stage.Collected] = Collected,
        [Stage.Accepted] = Accepted,
        [Stage.ReturnedToSubmitter] = ReturnedToSubmitter,
        [Stage.Reviewed] = Joined,
        [Stage.RoutedToOrdinaryHandling] = Routed,
        [Stage.SentBack] = SentBack,
        [Stage.AnsweredByUnit] = AnsweredByUnit,
        [Stage.Answered] = Answered,
        [Stage.Rated] = Rated,
        [Stage.Unsatisfied] = Unsatisfied,
        [Stage.Proposed] = Proposed,
        [Stage.NotTaken] = NotTaken,
        [Stage.TakenUp] = TakenUp,
        [Stage.Returned] = [.. TakenUp, new AppealReturnedForRectification(1, "一半")],
        [Stage.Concluded] = Concluded,
        [Stage.Reopened] = Reopened,
        [Stage.Closed] = ClosedAndAnswered,
        [Stage.Ended] = Ended,
        [Stage.Declined] = Declined,
        [Stage.Withdrawn] = Withdrawn,
        [Stage.Merged] = Merged,
        [Stage.Split] = Split,
    };

    [Fact]
    public void a_deputys_code_names_its_deputy_and_places_belong_to_channels_that_have_one()
    {
        Assert.Equal(["required AddressedTo"], Wrong(new(Channel.DeputyCode, "a", "b")));
        Assert.Equal(
            ["not-by-this-channel ContactPoint", "not-by-this-channel Reception"],
            Wrong(new(Channel.Phone, "a", "b", ContactPoint: Other, Reception: Other)));
        Assert.Empty(Wrong(new(Channel.DeputyCode, "a", "b", AddressedTo: Deputy)));
        foreach (var channel in new[] { Channel.StationCode, Channel.ReceptionDay, Channel.HouseVisit, Channel.VillagersMeeting })
        {
            Assert.Empty(Wrong(new(channel, "a", "b", ContactPoint: Other, Reception: Other)));
        }

        static IEnumerable<string> Wrong(SubmitAppeal c) => c.Validate(new(c)).Select(w => $"{w.ErrorMessage} {string.Join(' ', w.MemberNames)}");
    }

    [Fact]
    public void whoever_accepts_has_two_working_days_and_the_limit_says_what_ruled_it() =>
        Assert.Equal(TwoDays, Now.Within(Rules.AcceptanceWorkingDays));

    [Fact]
    public void each_step_gets_its_limit_with_the_decision_that_leads_to_it()
    {
        Dated(Accepted[..^1], Accepted[^1], Step.Review, TwoDays);
        Dated(Accepted, ReturnedToSubmitter[^1], Step.Supplement, TenDays);
        Dated(ReturnedToSubmitter, new AppealSupplemented(Sealed(Resident, "村口")), Step.Review, TwoDays);
        Dated(Accepted, Reviewed[^1], Step.Route, TwoDays);
        Dated(Routed, SentBack[^1], Step.Route, TwoDays);
        Dated(Routed, AnsweredByUnit[^1], Step.Answer, TwoDays);
        Dated(HalfAnswered, Answered[^1], Step.Rate, TenDays);
        Dated(Rated, Unsatisfied[^1], Step.Settle, TwoDays);
        Dated(Proposed, NotTaken[^1], Step.Settle, TwoDays);
        Dated(TakenUp, Concluded[^1], Step.Answer, TwoDays);
        Dated(Addressed, new AcceptanceLapsed(Friday), Step.Accept, TwoDays);
        Dated(Addressed, new AppealHandedOver(Other, HandOverKind.Person, Deputy, Clerk), Step.Accept, TwoDays);
        Dated(
            [.. Addressed, new AppealHandedOver(Other, HandOverKind.Person, Deputy, Clerk), new StepDue(Step.Accept, TenDays)],
            new AppealHandedOver(Case, HandOverKind.Person, Clerk, Deputy), Step.Accept, TwoDays);
        Dated([], [.. Collected.Cast<AppealReceived>().Select(e => e with { SplitFrom = Other }), Accepted[^1]], Step.Review, TwoDays);
    }

    [Fact]
    public void a_step_that_goes_on_keeps_its_limit_and_what_has_one_of_its_own_gets_no_other()
    {
        IAppealEvent[] answered = [.. AnsweredByUnit, new StepDue(Step.Answer, TwoDays)];
        Assert.Equal(TwoDays, Fold([.. answered, HalfAnswered[^1]]).Limit);
        Undated(answered, HalfAnswered[^1]);
        Undated(answered, new PublicationApproved("路灯", "没有灯"));
        Undated([.. Accepted, new StepDue(Step.Review, TwoDays)], new AppealJoined(Neighbour, null));
        Undated([], Addressed);
        Undated(Addressed, new RecusalDeclared(Deputy, "亲属"));
        Undated(Joined, ToSection);
        Undated(Joined, Proposed[^1]);
        Undated(Concluded, Closed[^1]);
        Undated(Joined, Merged[^1]);

        void Undated(IAppealEvent[] told, params IAppealEvent[] happened) =>
            Says(Decision.Of<IAppealEvent>(happened).WithLimit(told.Length == 0 ? null : Fold(told), Now), happened);
    }

    [Theory]
    [InlineData(Channel.Hotline)]
    [InlineData(Channel.Grid)]
    public void what_12345_or_the_grid_feeds_is_mirrored_until_somebody_accepts_it(Channel channel)
    {
        Assert.Null(Now.Acceptance(channel, null));
        Assert.Equal(TwoDays, Now.Acceptance(channel, Deputy));
        Assert.Equal(TwoDays, Now.Acceptance(Channel.Import, null));
        IAppealEvent[] fed = [Received() with { Channel = channel, Source = "12345", SourceId = "1" }];
        Says(Decision.Of(fed).WithLimit(null, Now), fed);
        Assert.True(Fold(fed).IsMirrored);
        Assert.Empty(Waits.For(Fold(fed)));
        Assert.False(Fold(fed).OwesAnswer);
        Says(AcceptAppeal.Decide(Fold(fed), Clerk, Role.Station), new AppealAccepted(Clerk, Role.Station));
        IAppealEvent[] promoted = [.. fed, new AppealAccepted(Clerk, Role.Station)];
        Assert.Equal("review-appeal", Waits.For(Fold(promoted)).Single().Act);
        IAppealEvent[] addressed = [Received() with { Channel = channel, AddressedTo = Deputy, Acceptance = TwoDays }, new AcceptanceLapsed(Friday)];
        Assert.Equal("accept-appeal", Waits.For(Fold(addressed)).Single().Act);
    }

    [Fact]
    public void a_limit_counts_only_for_the_step_it_was_set_for()
    {
        IAppealEvent[] earlier = [.. Addressed, new AppealAccepted(Deputy, Role.Deputy), new StepDue(Step.Review, TwoDays), Reviewed[^1]];
        Assert.Null(Fold(earlier).Limit);
        Assert.Equal(TenDays, Fold([.. earlier, new StepDue(Step.Route, TenDays)]).Limit);
        Assert.Null(Fold(Proposed).Limit);
        Refuses(((Decision<IAppealEvent>)Refuse.State("busy")).WithLimit(Fold(Accepted), Now), RefusalKind.State, "busy");
    }

    [Fact]
    public void a_rating_is_not_waited_for_for_ever_and_may_still_come()
    {
        var end = new DateTimeOffset(2026, 12, 5, 0, 0, 0, TimeSpan.FromHours(8));
        IAppealEvent[] answered = [.. Answered, new StepDue(Step.Rate, TenDays)];
        Assert.Equal(["rate-appeal", "rate-appeal"], Waits.For(Fold(answered)).Select(w => w.Act));
        Assert.Equal(end, WhenDue.Next(Fold(answered))!.At);
        Says(WhenDue.Decide(Fold(answered), Rules, Calendar, end));
        Says(WhenDue.Decide(Fold(answered), Rules, Calendar, end.AddTicks(10)), new RatingLapsed(1, end));
        IAppealEvent[] lapsed = [.. answered, new RatingLapsed(1, end)];
        Assert.Empty(Waits.For(Fold(lapsed)));
        Assert.Null(WhenDue.Next(Fold(lapsed)));
        Says(WhenDue.Decide(Fold(lapsed), Rules, Calendar, end.AddDays(9)));
        IAppealEvent[] late = [.. lapsed, new AppealRated(Neighbour, 1, Rating.Unsatisfied, null)];
        Assert.Equal("settle-unsatisfied", Assert.Single(Waits.For(Fold(late))).Act);

        // A redo is another handling: it is waited for anew.
        IAppealEvent[] anew =
            [.. late, new RedoOrdered("太暗", ToSection.Target), AnsweredByUnit[^1], HalfAnswered[^1], Answered[^1], new StepDue(Step.Rate, TenDays)];
        Assert.Equal(["rate-appeal", "rate-appeal"], Waits.For(Fold(anew)).Select(w => w.Act));
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public void whatever_waits_has_a_due_time(Stage stage)
    {
        var appeal = Lives[stage].Aggregate(
            (Appeal?)null,
            (before, happened) => Decision.Of<IAppealEvent>([happened]).WithLimit(before, Now).Aggregate(before, Appeal.Evolve));
        Assert.All(Waits.For(appeal!), w => Assert.NotNull(w.DueAt));
    }

    [Fact]
    public void the_target_for_an_answer_is_due_and_never_late()
    {
        var waiting = Waits.For(Fold(Routed)).Single();
        Assert.Equal((ToSection.Target.DueAt(), true), (waiting.DueAt, waiting.IsTarget));
        Assert.True(Waits.For(Fold(OnPlatform)).Single().IsTarget);
    }

    [Fact]
    public void after_the_limit_the_station_takes_over_and_that_is_said_once()
    {
        var midnight = new DateTimeOffset(2026, 11, 25, 0, 0, 0, TimeSpan.FromHours(8));
        Says(WhenDue.Decide(Fold(Addressed), Rules, Calendar, midnight));
        Says(WhenDue.Decide(Fold(Addressed), Rules, Calendar, midnight.AddTicks(10)), new AcceptanceLapsed(midnight));
        IAppealEvent[] lapsed = [.. Addressed, new AcceptanceLapsed(midnight)];
        Says(WhenDue.Decide(Fold(lapsed), Rules, Calendar, midnight.AddDays(9)));
        Assert.Equal(midnight, WhenDue.Next(Fold(Addressed))!.At);
        Assert.Null(WhenDue.Next(Fold(lapsed)));
        Assert.Null(WhenDue.Next(Fold(Accepted)));
        Assert.Equal((Guid?)Deputy, Waits.For(Fold(Addressed)).First().Person);
        Assert.Equal((null, Role.Station), (Waits.For(Fold(lapsed)).First().Person, Waits.For(Fold(lapsed)).First().Roles.Single()));
        Refuses(AcceptAppeal.Decide(Fold(lapsed), Deputy, Role.Deputy), RefusalKind.State, "acceptance-lapsed");
        Says(AcceptAppeal.Decide(Fold(lapsed), Clerk, Role.Station), new AppealAccepted(Clerk, Role.Station));
    }

    [Fact]
    public void a_limit_beyond_the_calendar_gets_its_date_when_the_calendar_comes()
    {
        var newYearsEve = new DateTimeOffset(2026, 12, 31, 10, 0, 0, TimeSpan.FromHours(8));
        var open = (Now with { Now = newYearsEve }).Within(2);
        Assert.Null(open.DueOn);
        IAppealEvent[] waiting = [Received() with { AddressedTo = Deputy, Acceptance = open }];
        Assert.Equal((null, (int?)2027), (WhenDue.Next(Fold(waiting))!.At, WhenDue.Next(Fold(waiting))!.CalendarYear));
        Says(WhenDue.Decide(Fold(waiting), Rules, Calendar, newYearsEve.AddDays(60)));
        var next = new WorkingCalendar([.. WorkingCalendar.National, new(2027, [new(2027, 1, 1)], [], "国办发明电〔2026〕1号", 1)]);
        var dated = open with { DueOn = new DateOnly(2027, 1, 5), WarnOn = new DateOnly(2027, 1, 5) };
        Says(WhenDue.Decide(Fold(waiting), Rules, next, newYearsEve), new AppealLimitFixed(dated));
        Says(
            WhenDue.Decide(Fold(waiting), Rules, next, newYearsEve.AddDays(60)), new AppealLimitFixed(dated),
            new AcceptanceLapsed(dated.DueAt()!.Value));
        IAppealEvent[] routed = [.. Reviewed, ToSection with { SendBack = open }];
        Says(WhenDue.Decide(Fold(routed), Rules, next, newYearsEve), new AppealLimitFixed(dated));
        IAppealEvent[] fixedNow = [.. routed, new AppealLimitFixed(dated)];
        Assert.Equal(dated, Fold(fixedNow).Dispatch!.SendBack);
        Assert.Null(WhenDue.Next(Fold(fixedNow)));
        IAppealEvent[] accepted = [.. Accepted, new StepDue(Step.Review, open)];
        Assert.Equal(2027, WhenDue.Next(Fold(accepted))!.CalendarYear);
        Says(WhenDue.Decide(Fold(accepted), Rules, next, newYearsEve.AddDays(60)), new StepDue(Step.Review, dated));
        Assert.Null(WhenDue.Next(Fold([.. accepted, new StepDue(Step.Review, dated)])));
    }

    [Fact]
    public void who_declares_an_interest_takes_no_part_and_the_station_accepts()
    {
        var c = new RecuseFromAppeal("本人企业");
        Says(RecusingFromAppeal.Decide(Fold(Addressed), c, Deputy), new RecusalDeclared(Deputy, "本人企业"));
        IAppealEvent[] recused = [.. Addressed, new RecusalDeclared(Deputy, "本人企业")];
        Says(RecusingFromAppeal.Decide(Fold(recused), c, Deputy));
        Assert.Equal(Role.Station, Waits.For(Fold(recused)).First().Roles.Single());
        Assert.Equal("recused", RecusingFromAppeal.Barred(Fold(recused), Deputy)!.Code);
        Assert.Null(RecusingFromAppeal.Barred(Fold(recused), Clerk));
        Refuses(RecusingFromAppeal.Decide(Fold(Proposed), c, Deputy), RefusalKind.State, "recused-too-late");
        Refuses(RecusingFromAppeal.Decide(Fold(Declined), c, Deputy), RefusalKind.State, "recused-from-what-is-over");
        var proposed = ProposingTopic.Decide(
            Fold([.. recused, new AppealAccepted(Clerk, Role.Station), new AppealReviewed(null, Urgency.Ordinary)]), new("多人"), Clerk, Role.Station);
        Assert.Equal([Deputy], ((TopicProposalRequested)proposed.Events.Single()).Recused);
    }

    [Fact]
    public void what_was_returned_comes_back_with_what_was_missing()
    {
        Says(ReturningToSubmitter.Decide(Fold(Accepted), new("哪条路？")), new AppealReturnedToSubmitter("哪条路？"));
        Says(ReturningToSubmitter.Decide(Fold(ReturnedToSubmitter), new("哪条路？")));
        Says(Supplement(ReturnedToSubmitter, Resident, "村东"), new AppealSupplemented(Sealed(Resident, "村东")));
        IAppealEvent[] supplemented = [.. ReturnedToSubmitter, new AppealSupplemented(Sealed(Resident, "村东"))];
        Assert.Equal(Stage.Accepted, Fold(supplemented).Stage);
        Says(Supplement(supplemented, Resident, "村东"));
        Assert.Equal(Stage.Reviewed, Fold([.. Reviewed, new AppealSupplemented(Sealed(Resident, "村东"))]).Stage);
        Refuses(Supplement(Accepted, Neighbour, "我也是"), RefusalKind.Forbidden, "not-a-submitter");
        Refuses(Supplement(Declined, Resident, "村东"), RefusalKind.State, "supplemented-too-late");

        static Decision<IAppealEvent> Supplement(IAppealEvent[] told, Guid person, string said) =>
            SupplementingAppeal.Decide(Fold(told), said, Sealed(person, said), Open);
    }

    [Fact]
    public void a_discipline_clue_names_the_body_it_goes_to_and_nothing_else_does()
    {
        Assert.Single(Wrong(new(DeclineCode.DisciplineClue, "线索")));
        Assert.Single(Wrong(new(DeclineCode.CourtCase, "在审", "县纪委")));
        Assert.Empty(Wrong(new(DeclineCode.DisciplineClue, "线索", "县纪委监委")));
        Says(
            DecliningAppeal.Decide(Fold(Reviewed), new(DeclineCode.DisciplineClue, "线索", "县纪委监委")),
            new AppealDeclined(DeclineCode.DisciplineClue, "线索", "县纪委监委"));
        Says(DecliningAppeal.Decide(Fold(Declined), new(DeclineCode.CourtCase, "法院在审")));

        static IEnumerable<object> Wrong(DeclineAppeal c) => c.Validate(new(c));
    }

    [Fact]
    public void an_appeal_is_merged_into_an_earlier_one_that_is_not_over()
    {
        var into = Fold([Received() with { AppealId = Other, CaseNumber = Earlier }]);
        Says(MergingAppeal.Decide(Fold(Reviewed), new(Other), into), new AppealMerged(Other));
        Says(MergingAppeal.Decide(Fold(Merged), new(Other), into));
        Refuses(MergingAppeal.Decide(Fold(Reviewed), new(Other), null), RefusalKind.Rule, "merged-into-nothing");
        Refuses(MergingAppeal.Decide(Fold(Reviewed), new(Other), into with { Stage = Stage.Merged }), RefusalKind.Rule, "merged-into-what-is-over");
        Refuses(MergingAppeal.Decide(Fold(Reviewed), new(Other), into with { Stage = Stage.Answered }), RefusalKind.Rule, "merged-into-what-is-over");
        Refuses(MergingAppeal.Decide(Fold(Reviewed), new(Other), into with { CaseNumber = Number }), RefusalKind.Rule, "merged-into-a-later-one");
    }

    [Fact]
    public void what_is_merged_in_brings_everyone_linked_once_and_is_answered_even_after_the_answer()
    {
        var merged = Fold(Merged);
        var target = Fold([Received() with { AppealId = Other, CaseNumber = Earlier, Submitter = Clerk }]);
        var mergedIn = new AppealMergedIn(Case, Number, [Resident, Neighbour]);
        Says(WhenAppealContinues.Decide(target, merged), mergedIn);
        Says(WhenAppealContinues.Decide(Appeal.Evolve(target, mergedIn), merged));
        Refuses(WhenAppealContinues.Decide(target with { Stage = Stage.Split }, merged), RefusalKind.State, "goes-on-elsewhere");
        Refuses(WhenAppealContinues.Decide(null, merged), RefusalKind.Unknown, "appeal-unknown");

        var late = Appeal.Evolve(Fold(Answered), mergedIn with { From = Other, Submitters = [Clerk] });
        Assert.Equal("answer-appeal", Waits.For(late).Single().Act);
        Says(Answer(late, null, "已装灯"), new AppealAnswered(Clerk, Sealed(Clerk, "已装灯"), Friday));
    }

    [Fact]
    public void a_split_makes_each_part_an_appeal_of_its_own_with_everyone_linked()
    {
        var c = new SplitAppeal([new("灯", "没有灯"), new("路", "有坑")]);
        string[] numbers = ["330225109-20261120-0003", "330225109-20261120-0004"];
        Says(SplittingAppeal.Decide(Fold(Joined), c, numbers, w => Sealed(Resident, w), Open), [.. Split[Joined.Length..]]);
        Says(SplittingAppeal.Decide(Fold(Split), c, ["9", "10"], w => Sealed(Resident, w), Open));
        Refuses(
            SplittingAppeal.Decide(Fold(Split), new([new("灯", "没有灯"), new("路", "积水")]), numbers, w => Sealed(Resident, w), Open),
            RefusalKind.State, "already-split");
        Refuses(SplittingAppeal.Decide(Fold(Routed), c, numbers, w => Sealed(Resident, w), Open), RefusalKind.State, "appeal-not-divisible");
        Assert.Single(new SplitAppeal([new("灯", "没有灯")]).Validate(new(c)));

        var (whole, part) = (Fold(Split), Fold(Split).Parts[0]);
        var founded = WhenAppealContinues.Decide(null, whole, part);
        var found = Fold([.. founded.Events]);
        Assert.Equal((Stage.Accepted, (Guid?)Case), (found.Stage, found.SplitFrom));
        Assert.Equal([Resident, Neighbour], found.Linked);
        Says(WhenAppealContinues.Decide(found, whole, part));
    }

    [Fact]
    public void taking_back_ends_it_for_one_and_with_the_last_for_all_until_it_was_proposed()
    {
        Says(WithdrawingAppeal.Decide(Fold(Joined), Resident), new AppealWithdrawn(Resident));
        var left = Fold([.. Joined, new AppealWithdrawn(Resident)]);
        Assert.Equal((Stage.Reviewed, Neighbour), (left.Stage, left.Linked.Single()));
        Says(WithdrawingAppeal.Decide(left, Resident));
        Assert.Equal(Stage.Withdrawn, Appeal.Evolve(left, new AppealWithdrawn(Neighbour)).Stage);
        Refuses(WithdrawingAppeal.Decide(Fold(Joined), Clerk), RefusalKind.Forbidden, "not-a-submitter");
        Refuses(WithdrawingAppeal.Decide(Fold(Proposed), Resident), RefusalKind.State, "withdrawn-too-late");
        Refuses(WithdrawingAppeal.Decide(Fold(Answered), Resident), RefusalKind.State, "withdrawn-too-late");

        // The one who was still to be answered left: everyone else is.
        Assert.Equal(Stage.Answered, Fold([.. HalfAnswered, new AppealWithdrawn(Neighbour)]).Stage);
    }

    [Fact]
    public void any_resident_joins_once_until_it_is_answered()
    {
        Says(JoiningAppeal.Decide(Fold(Collected), Neighbour, null), new AppealJoined(Neighbour, null));
        Says(JoiningAppeal.Decide(Fold(Joined), Neighbour, null));
        Says(JoiningAppeal.Decide(Fold(Joined), Resident, null));
        Refuses(JoiningAppeal.Decide(Fold(Answered), Clerk, null), RefusalKind.State, "joined-too-late");
    }

    [Fact]
    public void a_small_matter_goes_to_a_unit_with_a_target_and_a_limit_to_send_it_back()
    {
        Says(Route(Reviewed, new(Section)), ToSection);
        Says(Route(Routed, new(Section)));
        Refuses(Route(Routed, new(AnotherSection)), RefusalKind.State, "still-with-a-unit");
        Says(Route(SentBack, new(AnotherSection)), ToSection with { Dispatch = 2, Unit = AnotherSection });
        Says(Route(OnPlatform, new(Section)), ToSection with { Dispatch = 2 });
        Says(Route(NotTaken, new(Section)), ToSection);
        Says(Route(Reviewed, new(Platform: OutsidePlatform.Hotline)), ToSection with { Unit = null, Platform = OutsidePlatform.Hotline, SendBack = null });
        Refuses(Route(Reviewed, new(Section), UnitKind.CountyDepartment), RefusalKind.Rule, "not-a-unit-of-the-township");
        Refuses(Route(Reviewed, new(Section), null), RefusalKind.Rule, "not-a-unit-of-the-township");
        Assert.Single(new RouteSmallMatter().Validate(new(ToSection)));
        Assert.Single(new RouteSmallMatter(Section, OutsidePlatform.Hotline).Validate(new(ToSection)));
    }

    [Fact]
    public void a_deputy_dispatches_only_what_they_accepted_and_only_by_policy()
    {
        var policy = Policy.Of(
            [new("330225109", 1, Today, AdoptingBody.Presidium, "主席团〔2026〕1号", new() { DeputiesDispatch = true })], "330225109", Today);
        Refuses(Dispatch(Accepted, Deputy, Rules), RefusalKind.Forbidden, "dispatch-is-the-stations");
        Refuses(Dispatch(Accepted, Clerk, policy), RefusalKind.Forbidden, "accepted-by-another");
        Refuses(Dispatch(Reviewed, Deputy, policy), RefusalKind.State, "not-dispatched-directly-now");
        var routed = (SmallMatterRouted)Dispatch(Accepted, Deputy, policy).Events.Single();
        Assert.Equal((Section, policy.Version), (routed.Unit!.Value, routed.Target.Policy));
        Says(Dispatch([.. Accepted, routed], Deputy, policy));

        static Decision<IAppealEvent> Dispatch(IAppealEvent[] told, Guid person, Policy policy) =>
            DispatchDirectly.Decide(Fold(told), new(Section), person, UnitKind.Section, Now with { Policy = policy });
    }

    [Fact]
    public void the_unit_answers_and_no_other_unit_does()
    {
        var c = new AnswerAsUnit(ResultClass.Solved, "已装灯");
        Says(AnsweringAsUnit.Decide(Fold(Routed), c, Section, Today), new UnitAnswered(Section, null, ResultClass.Solved, "已装灯", Today));
        Says(AnsweringAsUnit.Decide(Fold(AnsweredByUnit), c, Section, Today));
        Refuses(AnsweringAsUnit.Decide(Fold(AnsweredByUnit), c with { Text = "没装" }, Section, Today), RefusalKind.State, "not-in-ordinary-handling");
        Refuses(AnsweringAsUnit.Decide(Fold(Routed), c, AnotherSection, Today), RefusalKind.Forbidden, "routed-to-another-unit");
        Refuses(AnsweringAsUnit.Decide(Fold(OnPlatform), c, null, Today), RefusalKind.Forbidden, "routed-to-another-unit");
        Refuses(AnsweringAsUnit.Decide(Fold(Routed), c, Today), RefusalKind.Rule, "not-on-a-platform");
        Refuses(AnsweringAsUnit.Decide(Fold(Routed), c with { AnsweredOn = Today.AddDays(1) }, Section, Today), RefusalKind.Rule, "answered-in-the-future");

        // Entered late, it keeps the day it happened on.
        Says(
            AnsweringAsUnit.Decide(Fold(OnPlatform), c with { AnsweredOn = Today.AddDays(-3) }, Today),
            new UnitAnswered(null, OutsidePlatform.Hotline, ResultClass.Solved, "已装灯", Today.AddDays(-3)));
    }

    [Fact]
    public void a_wrong_assignment_is_sent_back_within_seven_working_days()
    {
        var lastInstant = new DateTimeOffset(2026, 12, 2, 0, 0, 0, TimeSpan.FromHours(8));
        var c = new SendBackAssignment("属交通局");
        Says(SendingBackAssignment.Decide(Fold(Routed), c, Section, lastInstant), new AssignmentSentBack(Section, "属交通局"));
        Refuses(SendingBackAssignment.Decide(Fold(Routed), c, Section, lastInstant.AddTicks(10)), RefusalKind.Rule, "sent-back-too-late");
        Says(SendingBackAssignment.Decide(Fold(SentBack), c, Section, lastInstant));
        Refuses(SendingBackAssignment.Decide(Fold(Routed), c, AnotherSection, Friday), RefusalKind.Forbidden, "routed-to-another-unit");
        Refuses(SendingBackAssignment.Decide(Fold(AnsweredByUnit), c, Section, Friday), RefusalKind.State, "nothing-to-send-back");
        Refuses(SendingBackAssignment.Decide(Fold(Redone), c, Section, Friday), RefusalKind.Rule, "redo-is-not-sent-back");
    }

    [Fact]
    public void the_station_answers_each_one_linked_separately()
    {
        Says(
            Answer(Fold(AnsweredByUnit), null, "已装灯"), new AppealAnswered(Resident, Sealed(Resident, "已装灯"), Friday),
            new AppealAnswered(Neighbour, Sealed(Neighbour, "已装灯"), Friday));
        Says(Answer(Fold(AnsweredByUnit), Neighbour, "已装灯"), new AppealAnswered(Neighbour, Sealed(Neighbour, "已装灯"), Friday));
        Assert.Equal((Stage.AnsweredByUnit, Stage.Answered), (Fold(HalfAnswered).Stage, Fold(Answered).Stage));
        Says(Answer(Fold(Answered), null, "已装灯"));
        Refuses(Answer(Fold(Answered), Neighbour, "没装"), RefusalKind.State, "already-answered");
        Refuses(Answer(Fold(AnsweredByUnit), Clerk, "已装灯"), RefusalKind.Rule, "answered-to-nobody-linked");
        Refuses(Answer(Fold(Routed), null, "已装灯"), RefusalKind.State, "nothing-to-answer-with");

        // Who was erased cannot be told, and holds nobody up.
        Says(
            AnsweringAppeal.Decide(Fold(HalfAnswered), new("已装灯"), _ => null, Open, Friday), new AppealAnswered(Neighbour, null, Friday));
    }

    [Fact]
    public void after_conclusion_everyone_is_answered_and_after_a_restart_anew()
    {
        Assert.Equal("answer-appeal", Waits.For(Fold(Concluded)).Single().Act);
        IAppealEvent[] told = [.. Concluded, new AppealAnswered(Resident, null, Friday), new AppealAnswered(Neighbour, null, Friday)];
        Assert.Equal(Stage.Concluded, Fold(told).Stage);
        Assert.Empty(Waits.For(Fold(told)));
        Assert.Equal("answer-appeal", Waits.For(Fold([.. told, new AppealReopened(1, "又坏了"), new AppealConcluded(2)])).Single().Act);
        Assert.Equal("answer-appeal", Waits.For(Fold(Closed)).Single().Act);
    }

    [Fact]
    public void who_was_answered_rates_once_and_one_who_is_not_satisfied_opens_it_again()
    {
        Says(Rate(Answered, Resident, Rating.Satisfied, "好"), new AppealRated(Resident, 1, Rating.Satisfied, Sealed(Resident, "好")));
        Says(Rate(Unsatisfied, Neighbour, Rating.Unsatisfied, "太暗"));
        Refuses(Rate(Unsatisfied, Neighbour, Rating.Satisfied, null), RefusalKind.State, "already-rated");
        Refuses(Rate(HalfAnswered, Neighbour, Rating.Satisfied, null), RefusalKind.State, "not-answered-yet");
        Refuses(Rate(Answered, Clerk, Rating.Satisfied, null), RefusalKind.Forbidden, "not-a-submitter");
        Refuses(Rate(ClosedAndAnswered, Resident, Rating.Satisfied, null), RefusalKind.State, "rated-at-the-call-back");
        Refuses(
            Rate([.. Unsatisfied[..^1], .. new IAppealEvent[] { new AppealRated(Neighbour, 1, Rating.Unsatisfied, null), new AppealWithdrawn(Resident) },
                new AppealEnded(0, AppealEnding.ByStation, "无法再办"), new AppealMergedIn(Other, Earlier, [Clerk]), new AppealAnswered(Clerk, null, Friday)],
                Clerk, Rating.Satisfied, null), RefusalKind.State, "nothing-to-rate");
        Assert.Equal((Stage.Rated, Stage.Unsatisfied), (Fold(Rated).Stage, Fold(Unsatisfied).Stage));

        // The first one said so before the last one was answered.
        Assert.Equal(
            Stage.Unsatisfied,
            Fold([.. HalfAnswered, new AppealRated(Resident, 1, Rating.Unsatisfied, null), new AppealAnswered(Neighbour, null, Friday)]).Stage);

        static Decision<IAppealEvent> Rate(IAppealEvent[] told, Guid person, Rating rating, string? comment) => RatingAppeal.Decide(
            Fold(told), new(rating, comment), person, comment is null ? null : Sealed(person, comment), Open);
    }

    [Fact]
    public void what_is_answered_after_it_was_rated_can_be_rated_anew()
    {
        IAppealEvent[] notTaken = [.. Unsatisfied, .. Proposed[^1..], .. NotTaken[^1..]];
        IAppealEvent[] told = [new AppealAnswered(Resident, null, Friday), new AppealAnswered(Neighbour, null, Friday)];
        Assert.Equal((Stage.Answered, 2), (Fold([.. notTaken, .. told]).Stage, Fold([.. notTaken, .. told]).Handling));
        var again = Fold([.. notTaken, ToSection with { Dispatch = 2 }, .. AnsweredByUnit[^1..], .. told]);
        Assert.Equal((Stage.Answered, 2), (again.Stage, again.Handling));
        Assert.Equal(1, Fold(NotTaken).Handling);
    }

    [Fact]
    public void what_does_not_satisfy_is_redone_once_proposed_or_ended_with_a_reason()
    {
        Says(Redo(Unsatisfied, "太暗"), new RedoOrdered("太暗", ToSection.Target));
        Says(Redo(Redone, "太暗"));
        Refuses(Redo(Answered, "太暗"), RefusalKind.State, "redone-without-dissatisfaction");
        Refuses(Redo(RedoneInVain, "太暗"), RefusalKind.Rule, "redone-once-already");
        Assert.Equal(Stage.Unsatisfied, Fold(RedoneInVain).Stage);
        IAppealEvent[] answeredDirectly =
        [
            .. NotTaken, new AppealAnswered(Resident, null, Friday), new AppealAnswered(Neighbour, null, Friday),
            new AppealRated(Neighbour, 1, Rating.Unsatisfied, null),
        ];
        Refuses(Redo(answeredDirectly, "太暗"), RefusalKind.Rule, "redone-by-nobody");
        Assert.IsType<TopicProposalRequested>(ProposingTopic.Decide(Fold(RedoneInVain), new("多人"), Clerk, Role.Station).Events.Single());
        Says(EndingAppeal.Decide(Fold(RedoneInVain), new("无法再办")), new AppealEnded(0, AppealEnding.ByStation, "无法再办"));
        Says(EndingAppeal.Decide(Fold([.. RedoneInVain, new AppealEnded(0, AppealEnding.ByStation, "无法再办")]), new("无法再办")));
        Refuses(EndingAppeal.Decide(Fold(Rated), new("无法再办")), RefusalKind.State, "ended-without-dissatisfaction");

        static Decision<IAppealEvent> Redo(IAppealEvent[] told, string reason) =>
            RedoingAppeal.Decide(Fold(told), new(reason), Now);
    }

    [Fact]
    public void a_supplement_is_not_waited_for_for_ever_and_may_still_come()
    {
        var end = new DateTimeOffset(2026, 12, 5, 0, 0, 0, TimeSpan.FromHours(8));
        IAppealEvent[] returned = [.. ReturnedToSubmitter, new StepDue(Step.Supplement, TenDays)];
        Assert.Equal(["await-supplement", "supplement-appeal"], Waits.For(Fold(returned)).Select(w => w.Act));
        Assert.Equal(end, WhenDue.Next(Fold(returned))!.At);
        Refuses(ReviewingAppeal.Decide(Fold(returned), new(Urgency.Ordinary), end), RefusalKind.State, "supplement-awaited");
        Says(WhenDue.Decide(Fold(returned), Rules, Calendar, end));

        // Whether the walk has come by or not, the station goes on with what there is.
        Says(ReviewingAppeal.Decide(Fold(returned), new(Urgency.Ordinary), end.AddTicks(10)), new AppealReviewed(null, Urgency.Ordinary));
        Says(WhenDue.Decide(Fold(returned), Rules, Calendar, end.AddTicks(10)), new SupplementLapsed(end));
        IAppealEvent[] lapsed = [.. returned, new SupplementLapsed(end)];
        Dated(returned, new SupplementLapsed(end), Step.Review, TwoDays);
        Assert.Equal("review-appeal", Waits.For(Fold(lapsed)).Single().Act);
        Assert.Null(WhenDue.Next(Fold(lapsed)));
        Says(WhenDue.Decide(Fold(lapsed), Rules, Calendar, end.AddDays(9)));
        Says(ReviewingAppeal.Decide(Fold(lapsed), new(Urgency.Ordinary), end), new AppealReviewed(null, Urgency.Ordinary));
        Assert.Equal(Stage.Accepted, Fold([.. lapsed, new AppealSupplemented(Sealed(Resident, "村口"))]).Stage);
        Says(ReturningToSubmitter.Decide(Fold(lapsed), new("哪条路？")), new AppealReturnedToSubmitter("哪条路？"));
    }

    [Fact]
    public void each_answer_owed_has_its_own_target_and_the_first_reply_to_it()
    {
        var later = ToSection.Target with { From = Today.AddDays(3), DueOn = Today.AddDays(5) };
        Assert.Equal([new OwedAnswer(ToSection.Target, null)], Fold(Routed).Owed);
        Assert.Equal([new OwedAnswer(ToSection.Target, Friday)], Fold([.. HalfAnswered, new AppealAnswered(Neighbour, null, Friday.AddDays(9))]).Owed);

        // Sent back, it owes the answer it owed, by the new target; done again, another.
        Assert.Equal([new OwedAnswer(later, null)], Fold([.. SentBack, ToSection with { Dispatch = 2, Target = later }]).Owed);
        IAppealEvent[] redo = [.. Unsatisfied, new RedoOrdered("太暗", later)];
        Assert.Equal([new OwedAnswer(ToSection.Target, Friday), new OwedAnswer(later, null)], Fold(redo).Owed);
        Assert.Equal(
            [new OwedAnswer(ToSection.Target, Friday), new OwedAnswer(later, Friday.AddDays(4))],
            Fold([.. redo, AnsweredByUnit[^1], new AppealAnswered(Resident, null, Friday.AddDays(4))]).Owed);
        Assert.Equal(
            [new OwedAnswer(ToSection.Target, Friday), new OwedAnswer(later, null)],
            Fold([.. Unsatisfied, Proposed[^1], NotTaken[^1], ToSection with { Dispatch = 2, Target = later }]).Owed);
        Assert.Empty(Fold([.. NotTaken, new AppealAnswered(Resident, null, Friday)]).Owed);
    }

    [Fact]
    public void the_first_dispatch_was_right_unless_it_came_back_itself()
    {
        IAppealEvent[] again = [.. Unsatisfied, Proposed[^1], NotTaken[^1], ToSection with { Dispatch = 2, Unit = AnotherSection }];
        Quality(Routed, true, 0);
        Quality(SentBack, false, 1);
        Quality([.. SentBack, ToSection with { Dispatch = 2, Unit = AnotherSection }], false, 1);
        Quality([.. OnPlatform, ToSection with { Dispatch = 2 }], false, 0);
        Quality(again, true, 0);
        Quality([.. again, new AssignmentSentBack(AnotherSection, "属水务")], true, 1);
        Quality([.. again, new EntryCorrected(Other, null, null, Section, "选错")], true, 0);

        static void Quality(IAppealEvent[] told, bool right, int returned) =>
            Assert.Equal((right, returned), (Fold(told).Dispatch!.FirstRight, Fold(told).Dispatch!.Returned));
    }

    [Fact]
    public void a_mistyped_entry_is_corrected_until_what_rests_on_it_is_decided()
    {
        var review = new CorrectEntry(Other, "点错", new("教育"), Urgency.Urgent);
        Says(Correct(Routed, review, Reviewed[^1]), new EntryCorrected(Other, new("教育"), Urgency.Urgent, null, "点错"));
        IAppealEvent[] corrected = [.. Routed, new EntryCorrected(Other, new("教育"), Urgency.Urgent, null, "点错")];
        Assert.Equal((new Category("教育"), (Urgency?)Urgency.Urgent), (Fold(corrected).Category, Fold(corrected).Urgency));
        Says(Correct(corrected, review, Reviewed[^1]));
        Refuses(Correct(Ended, review, Reviewed[^1]), RefusalKind.State, "corrected-too-late");

        var unit = new CorrectEntry(Other, "选错", Unit: AnotherSection);
        Says(Correct(Routed, unit, ToSection), new EntryCorrected(Other, null, null, AnotherSection, "选错"));
        var moved = Fold([.. Routed, new EntryCorrected(Other, null, null, AnotherSection, "选错")]);
        Assert.Equal((AnotherSection, false), (moved.Dispatch!.Unit!.Value, moved.Dispatch.FirstRight));
        Refuses(Correct(AnsweredByUnit, unit, ToSection), RefusalKind.State, "corrected-too-late");
        Refuses(Correct(Routed, unit, Reviewed[^1]), RefusalKind.Rule, "holds-no-such-entry");
        Refuses(Correct(Routed, unit, null), RefusalKind.Rule, "holds-no-such-entry");
        Refuses(
            CorrectingEntry.Decide(Fold(Routed), unit, ToSection, UnitKind.Station), RefusalKind.Rule, "not-a-unit-of-the-township");

        static Decision<IAppealEvent> Correct(IAppealEvent[] told, CorrectEntry c, IAppealEvent? mistyped) =>
            CorrectingEntry.Decide(Fold(told), c, mistyped, UnitKind.Section);
    }

    [Fact]
    public void open_appeals_go_from_deputy_to_deputy_and_routed_ones_from_unit_to_unit()
    {
        var person = new HandOverOrdered(Other, HandOverKind.Person, Deputy, Clerk, HandOverGround.TermChange, "换届〔2026〕1号", Today);
        Says(HandingOverAppeal.Decide(Fold(Addressed), person), new AppealHandedOver(Other, HandOverKind.Person, Deputy, Clerk));
        var handed = Fold([.. Addressed, new AppealHandedOver(Other, HandOverKind.Person, Deputy, Clerk)]);
        Assert.Equal(((Guid?)Clerk, (Guid?)Clerk), (handed.AddressedTo, handed.Awaited));
        Says(HandingOverAppeal.Decide(handed, person));
        Says(HandingOverAppeal.Decide(Fold(Routed), person), new AppealHandedOver(Other, HandOverKind.Person, Deputy, Clerk));
        Says(HandingOverAppeal.Decide(Fold(Declined), person));
        Says(HandingOverAppeal.Decide(Fold(Collected), person));
        Says(HandingOverAppeal.Decide(null, person));

        var unit = person with { Kind = HandOverKind.Unit, From = Section, To = AnotherSection };
        Says(HandingOverAppeal.Decide(Fold(Routed), unit), new AppealHandedOver(Other, HandOverKind.Unit, Section, AnotherSection));
        Assert.Equal(AnotherSection, Fold([.. Routed, new AppealHandedOver(Other, HandOverKind.Unit, Section, AnotherSection)]).Dispatch!.Unit);
        Says(HandingOverAppeal.Decide(Fold(Answered), unit));
        Says(HandingOverAppeal.Decide(Fold(OnPlatform), unit));
    }

    [Fact]
    public void only_what_the_station_approved_is_public_and_it_can_be_taken_back()
    {
        Says(PublishingAppeal.Decide(Fold(Reviewed), new PublishAppeal("村道路灯", "村民反映路灯不足")), new PublicationApproved("村道路灯", "村民反映路灯不足"));
        IAppealEvent[] published = [.. Reviewed, new PublicationApproved("村道路灯", "村民反映路灯不足")];
        Says(PublishingAppeal.Decide(Fold(published), new PublishAppeal("村道路灯", "村民反映路灯不足")));
        Says(PublishingAppeal.Decide(Fold(published), new WithdrawPublication("有误")), new PublicationWithdrawn("有误"));
        Says(PublishingAppeal.Decide(Fold(Reviewed), new WithdrawPublication("有误")));
        Refuses(PublishingAppeal.Decide(Fold(Collected), new PublishAppeal("a", "b")), RefusalKind.State, "published-before-acceptance");
        Refuses(PublishingAppeal.Decide(Fold(Declined), new PublishAppeal("a", "b")), RefusalKind.State, "published-too-late");
    }

    [Fact]
    public void a_topic_not_taken_waits_for_the_station_with_the_reason()
    {
        var m = new TopicNotTaken(Case, Case, Other, "不属三项标准");
        Says(WhenTopicNotTaken.Decide(Fold(Proposed), m), new AppealNotTaken(Other, "不属三项标准"));
        Says(WhenTopicNotTaken.Decide(Fold(NotTaken), m));
        Says(WhenTopicNotTaken.Decide(Fold(Closed), m));
        Refuses(WhenTopicNotTaken.Decide(Fold(Reviewed), m), RefusalKind.State, "appeal-not-proposed");
        Assert.Equal(("settle-not-taken", "不属三项标准"), (Waits.For(Fold(NotTaken)).Single().Act, Fold(NotTaken).Reason));
    }

    [Fact]
    public void an_item_that_ended_or_was_closed_unreached_is_over_and_later_news_change_nothing()
    {
        var end = new ItemEnded(Case, Other, 2, ItemEnding.ByStandingCommittee, "条件不具备");
        Says(WhenItemEnded.Decide(Fold(Reopened), end), new AppealEnded(2, AppealEnding.ByStandingCommittee, "条件不具备"));
        Says(WhenItemEnded.Decide(Fold(Ended), end));
        Refuses(WhenItemEnded.Decide(Fold(Proposed), end), RefusalKind.State, "round-not-running");
        var unreached = new ClosedUnreached(Case, Other, Other, 1);
        Says(WhenClosedUnreached.Decide(Fold(Concluded), unreached), new AppealClosedUnreached(1));
        Says(WhenClosedUnreached.Decide(Fold(Closed), unreached));
        Says(WhenClosedUnreached.Decide(Fold(Reopened), unreached));
        Refuses(WhenClosedUnreached.Decide(Fold(TakenUp), unreached), RefusalKind.State, "round-not-concluded");
        Says(WhenConcluded.Decide(Fold(Ended), new(Case, Other, Other, 1)));
        Says(WhenSupervisionRestarted.Decide(Fold(Ended), new(Case, Other, Other, 1, "又坏了")));
        Says(WhenTopicTakenUp.Decide(Fold(Ended), new(Case, Case, Other)));
    }

    public static TheoryData<Stage> Stages => [.. Enum.GetValues<Stage>()];

    [Theory]
    [MemberData(nameof(Stages))]
    public void nothing_open_is_without_an_owner(Stage stage)
    {
        var appeal = Fold(Lives[stage]);
        Assert.Equal(stage, appeal.Stage);

        // What is with another service stands on that one's worklists.
        var elsewhere = stage is Stage.Proposed or Stage.TakenUp or Stage.Returned or Stage.Reopened;
        Assert.Equal(!appeal.IsOver && !elsewhere, Waits.For(appeal).Any());
        Assert.All(Waits.For(appeal), w => Assert.NotEmpty(w.Roles));
        Assert.Equal(Waits.For(appeal).Count(), Waits.For(appeal).DistinctBy(w => (w.Act, w.Part)).Count());
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public void every_command_either_moves_a_stage_or_is_refused_with_the_commands_own_code(Stage stage)
    {
        var appeal = Fold(Lives[stage]);
        var earlier = Fold([Received() with { AppealId = Uuid.Derive(Other, "earlier"), CaseNumber = Earlier }]);
        Allows("appeal-not-collected", [Stage.Collected], AcceptAppeal.Decide(appeal, Clerk, Role.Station));
        Allows("appeal-not-accepted", [Stage.Accepted, Stage.ReturnedToSubmitter], ReviewingAppeal.Decide(appeal, new(Urgency.Emergency), Friday));
        Allows("appeal-not-returnable", [Stage.Accepted, Stage.Reviewed], ReturningToSubmitter.Decide(appeal, new("何处？")));
        Allows(
            "appeal-not-declinable", [Stage.Accepted, Stage.Reviewed, Stage.ReturnedToSubmitter],
            DecliningAppeal.Decide(appeal, new(DeclineCode.NoContent, "不明")));
        Allows(
            "appeal-not-mergeable", [Stage.Accepted, Stage.Reviewed, Stage.ReturnedToSubmitter],
            MergingAppeal.Decide(appeal, new(earlier.Id), earlier));
        if (stage != Stage.Split)
        {
            Allows(
                "appeal-not-divisible", [Stage.Accepted, Stage.Reviewed],
                SplittingAppeal.Decide(appeal, new([new("一", "一"), new("二", "二")]), ["1", "2"], w => Sealed(Resident, w), Open));
        }

        if (stage != Stage.RoutedToOrdinaryHandling)
        {
            Allows("appeal-not-routable", [Stage.Reviewed, Stage.SentBack, Stage.NotTaken], Route(Lives[stage], new(AnotherSection)));
        }

        Allows("redone-without-dissatisfaction", [Stage.Unsatisfied], RedoingAppeal.Decide(appeal, new("x"), Now));
        Allows("ended-without-dissatisfaction", [Stage.Unsatisfied], EndingAppeal.Decide(appeal, new("x")));
        if (appeal.Dispatch is not null)
        {
            Allows(
                "not-in-ordinary-handling", [Stage.RoutedToOrdinaryHandling],
                AnsweringAsUnit.Decide(appeal, new(ResultClass.Planned, "x"), Section, Today));
            Allows(
                "nothing-to-send-back", [Stage.RoutedToOrdinaryHandling],
                SendingBackAssignment.Decide(appeal, new("x"), Section, Friday));
        }

        void Allows(string code, Stage[] stages, Decision<IAppealEvent> decision)
        {
            if (stages.Contains(stage))
            {
                Assert.NotEmpty(decision.Events);
            }
            else
            {
                Assert.Equal(new Refusal(RefusalKind.State, code), decision.Refusal);
            }
        }
    }

    [Fact]
    public void every_event_is_told_in_both_languages_or_is_none_of_their_business()
    {
        Type[] silent =
        [
            typeof(SourceReplyRecorded), typeof(AppealLimitFixed), typeof(RecusalDeclared), typeof(AppealMergedIn), typeof(StepDue),
            typeof(RatingLapsed),
        ];
        var words = new ResourceManager("LiaisonStation.Intake.Appeals.Progress", typeof(Appeal).Assembly);
        var happened = Lives.Values.Append(OnPlatform).Append(RedoneInVain).Append(
        [
            .. Addressed, new AcceptanceLapsed(Friday), new SupplementLapsed(Friday), new EntryCorrected(Other, null, null, Section, "x"), new AppealSupplemented(Sealed(Resident, "x")),
            new FilesAttached(Resident, []),
            new AppealHandedOver(Other, HandOverKind.Person, Deputy, Clerk), new PublicationApproved("a", "b"), new PublicationWithdrawn("c"),
            new AppealClosedUnreached(1), .. Enum.GetValues<DeclineCode>().Select(code => new AppealDeclined(code, "x", null)),
        ]).SelectMany(e => e).ToArray();
        foreach (var type in typeof(Appeal).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(IAppealEvent))).Except(silent))
        {
            var told = happened.Where(e => e.GetType() == type)
                .SelectMany(e => new[] { Resident, Neighbour }.Select(person => AppealProgress.Told(e, person)?.Key)).OfType<string>().ToArray();
            Assert.True(told.Length > 0, $"{type.Name} is told to nobody");
            Assert.All(told, key => Assert.All(
                new[] { CultureInfo.InvariantCulture, CultureInfo.GetCultureInfo("en") },
                culture => Assert.False(string.IsNullOrWhiteSpace(words.GetString(key, culture)), key)));
        }

        Assert.All(Enum.GetValues<Stage>(), stage => Assert.NotNull(AppealProgress.Words(stage).En));
        Assert.Equal("代表听取并反映您的意见，由有关单位依法办理，代表不直接处理问题。", AppealProgress.Notice.Zh);
    }

    private static AppealReceived Received() => new(
        Case, Number, Channel.StationCode, Resident, null, null, null, Sealed(Resident, "路灯"), Sealed(Resident, "没有灯"), false, null, null,
        null, null, null);

    // Sealed so that two of the same words are equal here, as they are not in earnest.
    private static PersonalText Sealed(Guid person, string words) => new(person, words);

    private static string? Open(PersonalText text) => text.Sealed;

    private static Decision<IAppealEvent> Answer(Appeal appeal, Guid? to, string text) =>
        AnsweringAppeal.Decide(appeal, new(text, to), person => Sealed(person, text), Open, Friday);

    private static Decision<IAppealEvent> Route(IAppealEvent[] told, RouteSmallMatter c, UnitKind? unit = UnitKind.Section) =>
        RoutingSmallMatter.Decide(Fold(told), c, unit, Now);

    private static void Dated(IAppealEvent[] told, IAppealEvent happened, Step step, Limit limit) => Dated(told, [happened], step, limit);

    private static void Dated(IAppealEvent[] told, IAppealEvent[] happened, Step step, Limit limit) => Says(
        Decision.Of<IAppealEvent>(happened).WithLimit(told.Length == 0 ? null : Fold(told), Now), [.. happened, new StepDue(step, limit)]);

    private static Appeal Fold(IEnumerable<IAppealEvent> told) => told.Aggregate((Appeal?)null, Appeal.Evolve)!;

    private static void Says(Decision<IAppealEvent> decision, params IAppealEvent[] events)
    {
        Assert.Null(decision.Refusal);
        Assert.Equivalent(events.Cast<object>(), decision.Events.Cast<object>(), strict: true);
    }

    private static void Refuses(Decision<IAppealEvent> decision, RefusalKind kind, string code) =>
        Assert.Equal(new Refusal(kind, code), decision.Refusal);
}
