using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

public sealed class PublishTests
{
    [Fact]
    public void a_report_says_who_handled_when_and_under_which_limit()
    {
        var said = Assert.IsType<Contracts.HandlingReported>(Assert.Single(FirstRound.Append(Reopened).Select(Said).OfType<object>()));
        Assert.Equal(
            (CaseId, OrderId, ReviewId, 1, Branch.TownOrder, Section, Group, Today, TenDays, Later),
            (said.CaseId, said.OrderId, said.ReviewId, said.Round, said.Branch, said.Unit, said.Group, said.HandledOn, said.Limit, said.ReportedAt));
        Assert.Equal([Handler, StandIn, Leader], said.Handlers);
    }

    [Fact]
    public void what_is_overdue_what_became_of_responsibility_and_what_ended_is_told() => Assert.Equal(
        [
            new Contracts.OrderOverdue(CaseId, Sample.Said.CaseNumber, OrderId, 1, Section, DueAt),
            new AccountabilityRecorded(
                CaseId, Sample.Said.CaseNumber, OrderId, Id(90), Section, AccountabilityMeasure.CircularCriticism, Today),
            new Contracts.ItemEnded(CaseId, OrderId, 2, ItemEnding.ByPresidium, "无法再办"),
        ],
        new IOrderEvent[]
        {
            new OrderOverdue(1, Sample.Said.CaseNumber, Section, DueAt),
            new AccountabilityResultRecorded(
                1, Sample.Said.CaseNumber, Id(7), CompetentBody.DisciplineBody, "象纪〔2026〕3号", AccountabilityMeasure.CircularCriticism,
                Today, Id(77), Section),
            new ItemEnded(2, ItemEnding.ByPresidium, "无法再办"),
        }.Select(Said));

    [Fact]
    public void an_interest_declared_after_a_report_is_told_to_the_review_and_one_before_it_goes_with_the_report() => Assert.Equal(
        [new RecusedFromOrder(CaseId, OrderId, ReviewId, Recused, Role.StandingCommittee, "亲属"), null],
        new IOrderEvent[]
        {
            new RecusalDeclared(Recused, Role.StandingCommittee, "亲属", ReviewId), new RecusalDeclared(Recused, Role.StandingCommittee, "亲属", null),
        }.Select(Said));

    [Fact]
    public void a_report_leads_on_to_the_review() => Assert.Equal(
        [new StreamLink("evaluation", ReviewId)],
        FirstRound.Append(Reopened).Select(Recorded).Select(Supervision.Module.Links).OfType<StreamLink>());

    private static object? Said(IOrderEvent happened) => Publish.Message(Recorded(happened));

    private static RecordedEvent Recorded(IOrderEvent data) => new(
        1, Id(90), OrderId, 1, "330225100", "", data, Later, CaseId.ToString(), null, new(null, null, null, null));
}
