using LiaisonStation.Contracts;
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
    public async Task the_api_document_says_how_long_a_text_may_be() =>
        Assert.Equal(4000, (int)(await service.Described(nameof(ReportHandling)))["summary"]!["maxLength"]!);

    private Task<IEnumerable<string>> Pass(PassToSection body) => service.Wrong(Role.TownGovernment, $"orders/{OrderId}/section", body);

    private Task<IEnumerable<string>> Report(ReportHandling body) => service.Wrong(Role.HandlingUnit, $"orders/{OrderId}/handling", body);
}
