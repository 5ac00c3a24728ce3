using LiaisonStation.Contracts;

namespace LiaisonStation.Intake.Tests;

[Collection(nameof(Server))]
public sealed class ProjectionAccessTests(Server server)
{
    private static readonly Uri List = new("projections", UriKind.Relative);
    private static readonly Uri Rebuild = new("projections/nothing/rebuild", UriKind.Relative);

    [Fact]
    public async Task only_auditors_and_services_see_projections_and_ask_for_a_rebuild()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        foreach (var role in new[] { Role.Auditor, Role.System })
        {
            using var allowed = service.As(Guid.NewGuid(), "330225000", role);
            var listed = (await allowed.GetAsync(List).Done()).AsArray();
            Assert.Equal(["appeals", "groups", "people", "units", "worklist"], listed.Select(p => p!.Text("name")));
            Assert.Equal("404 not-found", await allowed.PostAsync(Rebuild, null).Refused());
        }

        using var others = service.As(Guid.NewGuid(), "330225000", [.. Enum.GetValues<Role>().Except([Role.Auditor, Role.System])]);
        Assert.Equal("403 role-not-allowed", await others.GetAsync(List).Refused());
        Assert.Equal("403 role-not-allowed", await others.PostAsync(Rebuild, null).Refused());
        others.DefaultRequestHeaders.Authorization = null;
        Assert.Equal("401 sign-in-required", await others.PostAsync(Rebuild, null).Refused());
    }
}
