using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

public sealed class PublishTests
{
    [Fact]
    public void only_a_report_is_told_and_it_names_who_handled() => Assert.Equal(
        [new Contracts.HandlingReported(
            CaseId, Said.CaseNumber, OrderId, ReviewId, 1, Said.Title, Section, Group, Handler, "已更换十二盏路灯")],
        FirstRound.Append(Reopened).Select(Recorded).Select(Publish.Message).OfType<object>());

    [Fact]
    public void a_report_leads_on_to_the_review() => Assert.Equal(
        [new StreamLink("evaluation", ReviewId)],
        FirstRound.Append(Reopened).Select(Recorded).Select(Supervision.Module.Links).OfType<StreamLink>());

    private static RecordedEvent Recorded(IOrderEvent data) => new(
        1, Id(90), OrderId, 1, "330225100", "", data, Later, CaseId.ToString(), null, new(null, null, null, null));
}
