using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Appeals;
using LiaisonStation.Intake.Receptions;
using LiaisonStation.Intake.Registry;
using LiaisonStation.Rules;

namespace LiaisonStation.Intake.Tests;

public sealed class ReceptionDeciderTests
{
    private static readonly Guid Id = Guid.Parse("019a0000-0000-7000-8000-000000000001");
    private static readonly Guid Group = Guid.Parse("019a0000-0000-7000-8000-000000000002");
    private static readonly Guid Wang = Guid.Parse("019a0000-0000-7000-8000-000000000003");
    private static readonly Guid Li = Guid.Parse("019a0000-0000-7000-8000-000000000004");
    private static readonly Guid Chen = Guid.Parse("019a0000-0000-7000-8000-000000000005");
    private static readonly Guid[] Members = [Wang, Li, Chen];
    private static readonly DateOnly Today = new(2026, 3, 2);

    // Tuesdays: 10, 17, 24 and 31 March.
    private static readonly PlanReceptions Tuesdays = new(
        Group, ReceptionKind.HouseVisit, "各村", "上午", "FREQ=WEEKLY;BYDAY=TU", new(2026, 3, 9), new(2026, 3, 31), PerDay: 2);

    private static readonly HandOverOrdered Order = new(
        Group, HandOverKind.Person, Wang, Id, HandOverGround.ByElection, "大人大〔2026〕5号", Today);

    [Theory]
    [InlineData("FREQ=WEEKLY;BYDAY=TU", "2026-03-10 2026-03-17 2026-03-24 2026-03-31 2026-04-07 2026-04-14")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=15", "2026-03-15 2026-04-15")]
    [InlineData("FREQ=MONTHLY;BYDAY=2WE", "2026-03-11 2026-04-08")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=31", "2026-03-31")]
    public void the_cadences_of_the_source_are_rules_of_days(string rule, string expected) => Assert.Equal(
        expected, string.Join(' ', ReceptionRule.Days(rule, new(2026, 3, 5), new(2026, 4, 15))!.Select(d => d.ToString("yyyy-MM-dd", null))));

    [Theory]
    [InlineData("FREQ=SECONDLY;INTERVAL=1")]
    [InlineData("FREQ=DAILY;INTERVAL=1")]
    [InlineData("FREQ=WEEKLY")]
    [InlineData("FREQ=WEEKLY;BYHOUR=1")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=99")]
    [InlineData("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")]
    [InlineData("every Tuesday")]
    public void what_names_no_days_is_no_rule(string rule) => Assert.True(ReceptionRule.Days(rule, Today, Today.AddDays(300)) is null or []);

    [Fact]
    public void deputies_take_turns() => Assert.Equal(
        ["03-10 Wang Li", "03-17 Chen Wang", "03-24 Li Chen", "03-31 Wang Li"],
        Planned().Days.Select(d => $"{d.On:MM-dd} {string.Join(' ', d.Deputies.Select(Name))}"));

    [Fact]
    public void a_plan_is_refused_that_could_not_be_kept()
    {
        Refuses("unknown-group", Plan(Tuesdays, members: null));
        Refuses("not-of-the-group", Plan(Tuesdays with { Deputies = [Wang, Id] }, Members));
        Refuses("too-few-for-the-rota", Plan(Tuesdays with { PerDay = 4 }, Members));
        Refuses("contact-point-not-open", PlanningReceptions.Decide(null, Id, Tuesdays, Members, pointKnown: false, Today));
        Refuses("reception-too-soon", PlanningReceptions.Decide(null, Id, Tuesdays, Members, true, new(2026, 3, 8)));
        Assert.Single(PlanningReceptions.Decide(null, Id, Tuesdays, Members, true, new(2026, 3, 7)));
        Assert.Empty(PlanningReceptions.Decide(Planned(), Id, Tuesdays, Members, true, Today));
    }

    [Fact]
    public void each_is_announced_three_days_before_and_once()
    {
        var plan = Planned();
        Assert.Equal(BusinessTime.StartOf(new(2026, 3, 7)), WhenReceptionDue.Next(plan)!.At);
        Assert.Empty(WhenReceptionDue.Decide(plan, BusinessTime.StartOf(new(2026, 3, 7)).AddSeconds(-1)));
        var announced = Assert.IsType<ReceptionAnnounced>(Assert.Single(WhenReceptionDue.Decide(plan, BusinessTime.StartOf(new(2026, 3, 7)))));
        Assert.Equal(("03-10", "Wang Li"), ($"{announced.On:MM-dd}", string.Join(' ', announced.Deputies.Select(Name))));
        plan = ReceptionPlan.Evolve(plan, announced);
        Assert.Empty(WhenReceptionDue.Decide(plan, BusinessTime.StartOf(new(2026, 3, 7))));
        Assert.Equal(BusinessTime.StartOf(new(2026, 3, 14)), WhenReceptionDue.Next(plan)!.At);
    }

    [Fact]
    public void what_nobody_recorded_in_seven_days_was_missed_and_it_is_said_once()
    {
        var plan = Announced(new(2026, 3, 10));
        var after = BusinessTime.EndOf(new(2026, 3, 17));
        Assert.DoesNotContain(new ReceptionMissed(new(2026, 3, 10)), WhenReceptionDue.Decide(plan, after));
        Assert.Contains(new ReceptionMissed(new(2026, 3, 10)), WhenReceptionDue.Decide(plan, after.AddTicks(1)));
        plan = ReceptionPlan.Evolve(plan, new ReceptionMissed(new(2026, 3, 10)));
        Assert.DoesNotContain(new ReceptionMissed(new(2026, 3, 10)), WhenReceptionDue.Decide(plan, after.AddDays(1)));
    }

    [Fact]
    public void one_that_could_not_be_announced_was_missed_as_soon_as_it_is_over() => Assert.Equal(
        [new ReceptionMissed(new(2026, 3, 10))], WhenReceptionDue.Decide(Planned(), BusinessTime.EndOf(new(2026, 3, 10)).AddTicks(1)).OfType<ReceptionMissed>());

    [Fact]
    public void a_swap_is_asked_and_accepted_by_the_other()
    {
        // Chen's 24 March for Wang's 10 March.
        var asked = SwappingDuty.Ask(Planned(), new(2026, 3, 10), new AskDutySwap(Chen, new(2026, 3, 24)), Wang, Today);
        var plan = ReceptionPlan.Evolve(Planned(), Assert.Single(asked));
        Assert.Empty(SwappingDuty.Ask(plan, new(2026, 3, 10), new AskDutySwap(Chen, new(2026, 3, 24)), Wang, Today));
        var answer = new AnswerDutySwap(Wang, new(2026, 3, 24), Accepted: true);
        Refuses("swap-not-asked", SwappingDuty.Answer(plan, new(2026, 3, 10), answer, Li, Today), RefusalKind.State);
        plan = ReceptionPlan.Evolve(plan, Assert.Single(SwappingDuty.Answer(plan, new(2026, 3, 10), answer, Chen, Today)));
        Assert.Equal([Li, Chen], plan.Days[0].Deputies);
        Assert.Equal([Li, Wang], plan.Days[2].Deputies);
        Assert.Empty(plan.Swaps);
        Refuses("swap-not-asked", SwappingDuty.Answer(plan, new(2026, 3, 10), answer, Chen, Today), RefusalKind.State);
    }

    [Fact]
    public void a_swap_that_is_declined_changes_nothing()
    {
        var plan = ReceptionPlan.Evolve(Planned(), new DutySwapAsked(new(2026, 3, 10), Wang, new(2026, 3, 24), Chen));
        var declined = Assert.Single(SwappingDuty.Answer(plan, new(2026, 3, 10), new(Wang, new(2026, 3, 24), false), Chen, Today));
        plan = ReceptionPlan.Evolve(plan, declined);
        Assert.Equal([Wang, Li], plan.Days[0].Deputies);
        Assert.Empty(plan.Swaps);
    }

    [Fact]
    public void a_swap_is_of_two_who_are_on_duty_and_of_days_to_come()
    {
        Refuses("reception-unknown", Ask(new(2026, 3, 11), Chen, new(2026, 3, 24), Wang), RefusalKind.Unknown);
        Refuses("not-on-duty", Ask(new(2026, 3, 10), Wang, new(2026, 3, 17), Chen), RefusalKind.Forbidden);
        Refuses("other-not-on-duty", Ask(new(2026, 3, 10), Li, new(2026, 3, 17), Wang));
        Refuses("already-on-duty", Ask(new(2026, 3, 10), Li, new(2026, 3, 24), Wang));
        Refuses("reception-over", SwappingDuty.Ask(Planned(), new(2026, 3, 10), new(Chen, new(2026, 3, 24)), Wang, new(2026, 3, 11)), RefusalKind.State);
    }

    [Fact]
    public void whoever_is_on_leave_has_a_stand_in_or_leaves_another_on_duty()
    {
        var left = Assert.Single(Leave(Planned(), new TakeLeave(StandIn: Chen), Wang));
        var plan = ReceptionPlan.Evolve(Planned(), left);
        Assert.Equal([Li, Chen], plan.Days[0].Deputies);
        Assert.Empty(Leave(plan, new TakeLeave(StandIn: Chen), Wang));
        Assert.Single(Leave(Planned(), new TakeLeave(), Wang));

        // The second one cannot just stay away.
        Refuses("nobody-left-on-duty", Leave(ReceptionPlan.Evolve(Planned(), new LeaveTaken(new(2026, 3, 10), Li, null)), new TakeLeave(), Wang));
        Refuses("already-on-duty", Leave(Planned(), new TakeLeave(StandIn: Li), Wang));
        Refuses("not-of-the-group", Leave(Planned(), new TakeLeave(StandIn: Id), Wang));
        Refuses("not-on-duty", Leave(Planned(), new TakeLeave(), Chen));
        Refuses("leave-of-another", Leave(Planned(), new TakeLeave(Deputy: Wang), Li), RefusalKind.Forbidden);
        Assert.Single(TakingLeave.Decide(Planned(), new(2026, 3, 10), new TakeLeave(Wang), Id, Role.Station, Members, Today));
    }

    [Fact]
    public void leave_ends_the_swaps_it_makes_impossible()
    {
        var plan = ReceptionPlan.Evolve(Planned(), new DutySwapAsked(new(2026, 3, 10), Wang, new(2026, 3, 24), Chen));
        Assert.Empty(ReceptionPlan.Evolve(plan, new LeaveTaken(new(2026, 3, 24), Chen, null)).Swaps);
    }

    [Fact]
    public void a_successor_takes_the_days_to_come_and_what_was_asked_about_swaps()
    {
        // Wang is on duty on the 10th, 17th and 31st, and asked Chen for the 24th; on the 17th Chen is on duty too.
        var plan = ReceptionPlan.Evolve(Planned(), new DutySwapAsked(new(2026, 3, 10), Wang, new(2026, 3, 24), Chen));
        var handed = Assert.IsType<DutyHandedOver>(Assert.Single(HandOver(plan, Today)));
        Assert.Equivalent(new DutyHandedOver(Group, Wang, Id, [new(2026, 3, 10), new(2026, 3, 17), new(2026, 3, 31)]), handed, strict: true);
        var after = ReceptionPlan.Evolve(plan, handed);
        Assert.Equal(
            ["03-10 Li Id", "03-17 Chen Id", "03-24 Li Chen", "03-31 Li Id"],
            after.Days.Select(d => $"{d.On:MM-dd} {string.Join(' ', d.Deputies.Select(Name))}"));
        Assert.Equal([new DutySwapAsked(new(2026, 3, 10), Id, new(2026, 3, 24), Chen)], after.Swaps);
        Assert.Single(SwappingDuty.Answer(after, new(2026, 3, 10), new AnswerDutySwap(Id, new(2026, 3, 24), Accepted: true), Chen, Today));
        Assert.Empty(HandOver(after, Today));
        Assert.Empty(HandOver(null, Today));
    }

    [Fact]
    public void what_is_over_or_was_attended_stays_and_nobody_is_on_duty_twice()
    {
        // On the 17th the 10th is over, whether it was recorded or not; the 17th itself was attended by Wang.
        var day = new DateOnly(2026, 3, 17);
        var plan = ReceptionPlan.Evolve(ReceptionPlan.Evolve(Announced(new(2026, 3, 10)), new ReceptionAnnounced(day, [Chen, Wang])), new DeputyCheckedIn(day, Wang));
        Assert.Equal([new DateOnly(2026, 3, 31)], Assert.IsType<DutyHandedOver>(Assert.Single(HandOver(plan, day))).Days);
        Assert.Empty(HandOver(ReceptionPlan.Evolve(plan, new ReceptionCalledOff(new(2026, 3, 31), "台风")), day));
        Assert.Empty(HandingOverDuty.Decide(plan, Order with { Kind = HandOverKind.Group }, day));

        // Li stands on the 10th and 31st already: a swap with themself is none.
        var swap = ReceptionPlan.Evolve(Planned(), new DutySwapAsked(new(2026, 3, 17), Wang, new(2026, 3, 24), Li));
        var after = ReceptionPlan.Evolve(swap, Assert.Single(HandingOverDuty.Decide(swap, Order with { To = Li }, Today)));
        Assert.Equal(
            ["03-10 Li", "03-17 Chen Li", "03-24 Li Chen", "03-31 Li"],
            after.Days.Select(d => $"{d.On:MM-dd} {string.Join(' ', d.Deputies.Select(Name))}"));
        Assert.Empty(after.Swaps);
    }

    [Fact]
    public void one_checks_in_by_ones_own_code_on_the_day()
    {
        var plan = Announced(new(2026, 3, 10));
        var checkedIn = Assert.Single(In(plan, Wang, Wang, Role.Deputy, new(2026, 3, 10)));
        Assert.Equal(new DeputyCheckedIn(new(2026, 3, 10), Wang), checkedIn);
        Assert.Empty(In(ReceptionPlan.Evolve(plan, checkedIn), Wang, Wang, Role.Deputy, new(2026, 3, 10)));
        Assert.Single(In(plan, Wang, Id, Role.Station, new(2026, 3, 10)));
        Refuses("duty-code-unknown", In(plan, null, Wang, Role.Deputy, new(2026, 3, 10)));
        Refuses("code-of-another", In(plan, Wang, Li, Role.Deputy, new(2026, 3, 10)), RefusalKind.Forbidden);
        Refuses("not-on-duty", In(plan, Chen, Chen, Role.Deputy, new(2026, 3, 10)));
        Refuses("not-the-day", In(plan, Wang, Wang, Role.Deputy, new(2026, 3, 11)), RefusalKind.State);
        Refuses(
            "reception-over",
            In(ReceptionPlan.Evolve(plan, new ReceptionCalledOff(new(2026, 3, 10), "台风")), Wang, Wang, Role.Deputy, new(2026, 3, 10)), RefusalKind.State);
    }

    [Fact]
    public void a_reception_is_recorded_once_and_a_late_record_counts_too()
    {
        var day = new DateOnly(2026, 3, 10);
        var plan = ReceptionPlan.Evolve(Announced(day), new DeputyCheckedIn(day, Wang));
        var held = Assert.Single(Record(plan, 12));
        Assert.Equal(ReceptionStatus.Held, ReceptionPlan.Evolve(plan, held).Days[0].Status);
        Assert.Empty(Record(ReceptionPlan.Evolve(plan, held), 12));
        Refuses("reception-recorded", Record(ReceptionPlan.Evolve(plan, held), 13), RefusalKind.State);
        Assert.Single(Record(ReceptionPlan.Evolve(plan, new ReceptionMissed(day)), 12));
        Refuses("nobody-checked-in", Record(Announced(day), 12));
        Refuses("reception-called-off", Record(ReceptionPlan.Evolve(Announced(day), new ReceptionCalledOff(day, "台风")), 1), RefusalKind.State);
        Refuses("reception-not-yet", RecordingReception.Decide(plan, day, new(1), Id, Role.Station, true, new(2026, 3, 9)), RefusalKind.State);
        Refuses("unknown-appeal", RecordingReception.Decide(plan, day, new(1, [Id]), Id, Role.Station, false, day));
        Refuses("not-on-duty", RecordingReception.Decide(plan, day, new(1), Chen, Role.Deputy, true, day), RefusalKind.Forbidden);

        static Decision<IReceptionEvent> Record(ReceptionPlan plan, int visitors) =>
            RecordingReception.Decide(plan, new(2026, 3, 10), new(visitors), Id, Role.Station, true, new(2026, 3, 18));
    }

    [Fact]
    public void one_is_called_off_before_it_begins_and_a_plan_ends_on_a_day_to_come()
    {
        var day = new DateOnly(2026, 3, 10);
        var off = Assert.Single(CallingOff.Decide(Planned(), day, new CallOffReception("台风"), day));
        Assert.Empty(CallingOff.Decide(ReceptionPlan.Evolve(Planned(), off), day, new CallOffReception("台风"), day));
        Refuses("reception-over", CallingOff.Decide(Planned(), day, new CallOffReception("台风"), day.AddDays(1)), RefusalKind.State);
        Refuses(
            "reception-over", CallingOff.Decide(ReceptionPlan.Evolve(Announced(day), new DeputyCheckedIn(day, Wang)), day, new("台风"), day), RefusalKind.State);
        var ended = Assert.Single(CallingOff.Decide(Planned(), new EndReceptionPlan(new(2026, 3, 20)), Today));
        var plan = ReceptionPlan.Evolve(Planned(), ended);
        Assert.Equal(2, plan.Days.Count);
        Assert.Empty(CallingOff.Decide(plan, new EndReceptionPlan(new(2026, 3, 20)), Today));
        Refuses("plan-end-in-the-past", CallingOff.Decide(Planned(), new EndReceptionPlan(Today), Today));
    }

    private static Decision<IReceptionEvent> Plan(PlanReceptions c, IReadOnlyList<Guid>? members) =>
        PlanningReceptions.Decide(null, Id, c, members, pointKnown: true, Today);

    private static ReceptionPlan Planned() => ReceptionPlan.Evolve(null, Assert.Single(Plan(Tuesdays, Members)));

    private static ReceptionPlan Announced(DateOnly on) => ReceptionPlan.Evolve(Planned(), new ReceptionAnnounced(on, [Wang, Li]));

    private static Decision<IReceptionEvent> Ask(DateOnly on, Guid other, DateOnly otherOn, Guid deputy) =>
        SwappingDuty.Ask(Planned(), on, new(other, otherOn), deputy, Today);

    private static Decision<IReceptionEvent> Leave(ReceptionPlan plan, TakeLeave c, Guid person) =>
        TakingLeave.Decide(plan, new(2026, 3, 10), c, person, Role.Deputy, Members, Today);

    private static Decision<IReceptionEvent> In(ReceptionPlan plan, Guid? deputy, Guid person, Role role, DateOnly today) =>
        CheckingIn.Decide(plan, new(2026, 3, 10), deputy, person, role, today);

    private static void Refuses(string code, Decision<IReceptionEvent> decision, RefusalKind kind = RefusalKind.Rule) =>
        Assert.Equal(new Refusal(kind, code), decision.Refusal);

    private static Decision<IReceptionEvent> HandOver(ReceptionPlan? plan, DateOnly today) => HandingOverDuty.Decide(plan, Order, today);

    private static string Name(Guid deputy) => deputy == Wang ? "Wang" : deputy == Li ? "Li" : deputy == Chen ? "Chen" : "Id";
}

[Collection(nameof(Server))]
public sealed class ReceptionTests(Server server)
{
    private const string Here = "330225109";
    private static readonly Guid Office = Guid.CreateVersion7();
    private static readonly DateOnly Today = BusinessTime.DateOf(DateTimeOffset.UtcNow);

    [Fact]
    public async Task a_groups_receptions_are_planned_shown_held_and_counted()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var office = service.As(Office, Here, Role.CongressOffice);
        using var station = service.As(Office, Here, Role.Station);
        using var anyone = service.As(Guid.CreateVersion7(), Here, Role.Resident);
        using var neighbour = service.As(Guid.CreateVersion7(), "330225110", Role.Resident);
        var (group, deputies) = await Group(service, office);

        // One in each of the next two whole months.
        var (first, last) = (Next(1), Next(3).AddDays(-1));
        var body = new
        {
            group,
            kind = "Reception",
            place = "联络站一楼",
            hours = "上午9:00至11:00",
            rule = "FREQ=MONTHLY;BYMONTHDAY=15",
            from = $"{first:yyyy-MM-dd}",
            until = $"{last:yyyy-MM-dd}",
            perDay = 2,
        };
        Assert.Equal(["rule: not-a-rule"], (await station.PostAsJsonAsync("reception-plans", body with { rule = "FREQ=DAILY" }).Body()).Wrong());
        Assert.Equal("403 role-not-allowed", await anyone.PostAsJsonAsync("reception-plans", body).Refused());
        var plan = (await station.PostAsJsonAsync("reception-plans", body).Done()).Id();

        var day = first.AddDays(14);
        var shown = (await anyone.GetAsync(new Uri("receptions", UriKind.Relative)).Done())["items"]!.AsArray();
        Assert.Equal([$"{day:yyyy-MM-dd}", $"{Next(2).AddDays(14):yyyy-MM-dd}"], shown.Select(r => r!.Text("on")));
        Assert.Equal(["王建国", "李秀英"], shown[0]!["deputies"]!.AsArray().Select(d => d!.Text("name")).OrderDescending(StringComparer.Ordinal));
        Assert.Empty((await neighbour.GetAsync(new Uri("receptions", UriKind.Relative)).Done())["items"]!.AsArray());
        using var next = service.As(Office, "330225110", Role.Station);
        Assert.Equal("404 not-found", await next.GetAsync(new Uri($"reception-plans/{plan}", UriKind.Relative)).Refused());

        // The days pass.
        await Write(p => WhenReceptionDue.Decide(p, BusinessTime.StartOf(day)));
        await Write(p => CheckingIn.Decide(p, day, deputies[0], deputies[0], Role.Deputy, day));
        await Write(p => RecordingReception.Decide(p, day, new(12), Office, Role.Station, true, day));
        var fulfilled = (await Fulfilled())[0]!;
        Assert.Equal(("1", "1", "1", "1", "2"), (
            fulfilled.Text("owed"), fulfilled.Text("receptions"), fulfilled.Text("held"), fulfilled.Text("takingPart"), fulfilled.Text("deputies")));
        Assert.Equal(["0", "0"], (await Fulfilled()).Skip(1).Take(1).SelectMany(m => new[] { m!.Text("held"), m!.Text("missed") }));

        var figures = (await station.GetAsync(new Uri($"figures?from={first:yyyy-MM-dd}&to={last:yyyy-MM-dd}", UriKind.Relative)).Done()).AsArray()
            .ToDictionary(f => f!.Text("code"), f => $"{f!.Text("numerator")}/{f!.Text("denominator")}");
        Assert.Equal(("1/2", "1/4", "12/"), (figures["receptions-held"], figures["reception-participation"], figures["reception-visitors"]));

        async Task<JsonArray> Fulfilled() => (await station.GetAsync(
            new Uri($"receptions/fulfilment?from={first:yyyy-MM-dd}&to={last:yyyy-MM-dd}", UriKind.Relative)).Done()).AsArray();

        async Task Write(Func<ReceptionPlan, Decision<IReceptionEvent>> decide) => Assert.Equal(
            OutcomeKind.Appended,
            (await service.Store.Write(
                ReceptionPlan.Stream, plan, new Cause(Here, new EventHeaders("test", nameof(Role.System), null, null)), p => decide(p!))).Kind);
    }

    [Fact]
    public async Task the_station_reads_the_duty_code_and_a_new_one_kills_the_old()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var office = service.As(Office, Here, Role.CongressOffice);
        var (_, deputies) = await Group(service, office);
        using var deputy = service.As(deputies[0], Here, Role.Deputy);
        using var other = service.As(deputies[1], Here, Role.Deputy);
        var issue = new { documentNumber = "5号" };
        var token = (await office.PostAsJsonAsync($"registry/people/{deputies[0]}/duty-code", issue).Done()).Text("token");
        Assert.Equal(token, (await office.PostAsJsonAsync($"registry/people/{deputies[0]}/duty-code", issue).Done()).Text("token"));
        Assert.Equal(new KnownCode(CodePurpose.Duty, deputies[0], "王建国"), await Codes.Find(service.Store, Here, token, default));
        Assert.Null(await Codes.Find(service.Store, "330225110", token, default));

        // It addresses nobody, and is shown to nobody else.
        Assert.Equal("404 code-unknown", await other.GetAsync(new Uri($"codes/{token}", UriKind.Relative)).Refused());
        Assert.Equal("403 code-of-another", await other.GetAsync(new Uri($"registry/people/{deputies[0]}/duty-code.svg", UriKind.Relative)).Refused());
        Assert.StartsWith("<svg", await deputy.GetStringAsync(new Uri($"registry/people/{deputies[0]}/duty-code.svg", UriKind.Relative)), StringComparison.Ordinal);

        await office.PostAsJsonAsync($"registry/people/{deputies[0]}/duty-code", new { documentNumber = "6号" }).Done();
        Assert.Null(await Codes.Find(service.Store, Here, token, default));
        Assert.Equal("422 no-code-for-this", await office.PostAsJsonAsync($"registry/people/{Office}/duty-code", issue).Refused());
    }

    [Fact]
    public async Task a_code_tells_anybody_whom_it_addresses_and_nothing_else()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var office = service.As(Office, Here, Role.CongressOffice);
        var (_, deputies) = await Group(service, office);
        var station = (await office.PostAsJsonAsync("registry/units", new { kind = "Station", name = "大徐镇联络站", documentNumber = "1号" }).Done()).Id();
        var ofDeputy = (await office.PostAsJsonAsync($"registry/people/{deputies[0]}/code", new { documentNumber = "5号" }).Done()).Text("token");
        var ofStation = (await office.PostAsJsonAsync($"registry/units/{station}/code", new { documentNumber = "5号" }).Done()).Text("token");
        using var anybody = new HttpClient { BaseAddress = office.BaseAddress };
        var deputy = await anybody.GetAsync(new Uri($"codes/{ofDeputy}", UriKind.Relative)).Done();
        Assert.Equal(AppealProgress.Notice.Zh, deputy["notice"]!.Text("zh"));
        Assert.Equal(
            ["name: 王建国", "purpose: Deputy", $"subject: {deputies[0]}", $"township: {Here}"],
            deputy.AsObject().Where(p => p.Key != "notice").Select(p => $"{p.Key}: {p.Value}").Order(StringComparer.Ordinal));
        Assert.Equal("大徐镇联络站", (await anybody.GetAsync(new Uri($"codes/{ofStation}", UriKind.Relative)).Done()).Text("name"));
        foreach (var wrong in new[] { ofDeputy[..^1] + "x", "x", new string('9', 42), ofDeputy.Replace(Here, "330225110", StringComparison.Ordinal) })
        {
            Assert.Equal("404 code-unknown", await anybody.GetAsync(new Uri($"codes/{wrong}", UriKind.Relative)).Refused());
        }

        Assert.Contains("viewBox", await office.GetStringAsync(new Uri($"registry/units/{station}/code.svg", UriKind.Relative)), StringComparison.Ordinal);

        // Who is a deputy no more is addressed no more.
        await office.PutAsJsonAsync($"registry/people/{deputies[0]}/assignment", new { roles = new[] { "Resident" }, documentNumber = "7号" }).Done();
        Assert.Equal("404 code-unknown", await anybody.GetAsync(new Uri($"codes/{ofDeputy}", UriKind.Relative)).Refused());
    }

    // The first day of the month so many months from now, and of one that is three days away at least.
    private static DateOnly Next(int months) => new DateOnly(Today.AddDays(3).Year, Today.AddDays(3).Month, 1).AddMonths(months);

    private static async Task<(Guid Group, Guid[] Deputies)> Group(Service service, HttpClient office)
    {
        var group = (await office.PostAsJsonAsync("registry/groups", new { kind = "DeputyGroup", name = "第一代表小组", documentNumber = "1号" }).Done()).Id();
        var deputies = new List<Guid>();
        foreach (var (login, name) in new[] { ("wang", "王建国"), ("li", "李秀英") })
        {
            deputies.Add((await office.PostAsJsonAsync("registry/people", new
            {
                login = $"{Here}-{login}",
                name,
                roles = new[] { "Deputy" },
                groups = new[] { group },
                documentNumber = "1号",
            }).Done()).Id());
        }

        // What the message about the people does.
        foreach (var deputy in deputies)
        {
            var person = (await service.Store.Load(Person.Stream, deputy, Here))!.State;
            await service.Store.Write(
                Registry.Group.Stream, group, new Cause(Here, new EventHeaders("test", nameof(Role.System), null, null)),
                g => WhenPersonChanged.Decide(g, person));
        }

        return (group, [.. deputies]);
    }
}
