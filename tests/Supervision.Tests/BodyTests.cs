using LiaisonStation.Contracts;
using LiaisonStation.Rules;
using LiaisonStation.Tests;
using static LiaisonStation.Supervision.Tests.Sample;

namespace LiaisonStation.Supervision.Tests;

public sealed class OpenSupervision() : OpenService(Supervision.Module, app => app.MapSupervision());

public sealed class BodyTests(OpenSupervision service) : IClassFixture<OpenSupervision>
{
    [Fact]
    public async Task empty_bodies_are_malformed()
    {
        Assert.Equal(["section: required"], await Pass(new(default)));
        Assert.Equal(["summary: required"], await Report(new(" ")));
        Assert.Empty(await Pass(new(Section)));
        Assert.Empty(await Report(new("已办")));
    }

    [Fact]
    public async Task what_stands_inside_a_body_is_looked_at_too()
    {
        Assert.Equal(["assisting[0].unit: required"], await Pass(new(Section, [new(default, DueOn)])));
        Assert.Equal(
            ["resolution.meeting.heldOn: required"],
            await service.Wrong(
                Role.Presidium, $"orders/{OrderId}/restarts",
                new DecideRestarts(new(new Meeting(default, [Handler], 1, 0, 0)), AfterRestarts.GoOn, "再办")));
        Assert.Equal(
            ["content: one-of-both", "section: one-of-both"],
            await service.Wrong(Role.CongressOffice, $"orders/{OrderId}/corrections", new CorrectEntry(Verdict, "笔误")));
    }

    [Fact]
    public async Task the_api_document_says_how_long_a_text_may_be() =>
        Assert.Equal(4000, (int)(await service.Described(nameof(PrepareReport)))["summary"]!["maxLength"]!);

    private Task<IEnumerable<string>> Pass(PassToSection body) => service.Wrong(Role.TownGovernment, $"orders/{OrderId}/section", body);

    private Task<IEnumerable<string>> Report(PrepareReport body) => service.Wrong(Role.HandlingUnit, $"orders/{OrderId}/handling", body);
}
