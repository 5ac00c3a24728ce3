using System.Diagnostics;
using LiaisonStation.Contracts;
using LiaisonStation.Intake.Demonstration;
using LiaisonStation.Rules;

namespace LiaisonStation.Intake.Tests;

[Collection(nameof(Server))]
public sealed class DemonstrationTests(Server server)
{
    [Fact]
    public async Task the_county_stands_when_the_service_is_ready_and_loading_it_again_adds_nothing()
    {
        await using var service = await Service.StartAsync(server.NewDatabase(), "--Demo=true");
        using var anyone = service.As(Guid.Empty, "330225000", Role.System);
        var clock = Stopwatch.StartNew();
        while ((await anyone.GetFromHealth()).Contains("demonstration county", StringComparison.Ordinal))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "the county is not loaded");
            await Task.Delay(50);
        }

        var before = await service.Look("select count(*), max(seq_id) from mt_events");
        Assert.Equal([$"{County.Read().People.Count}"], await service.Look("select count(*) from people"));
        Assert.Equal(["18|12"], await service.Look(
            "select count(distinct plan_id), min(days) from (select plan_id, count(*) as days from receptions group by plan_id) p"));
        Assert.Equal(["72"], await service.Look("select count(*) from contact_points"));
        await LoadCounty.Load(service.Store, County.Read(), CancellationToken.None);
        await LoadCounty.LoadReceptions(service.Store, County.Read(), BusinessTime.DateOf(DateTimeOffset.UtcNow.AddDays(40)), CancellationToken.None);
        Assert.Equal(before, await service.Look("select count(*), max(seq_id) from mt_events"));
    }

    [Fact]
    public void three_divisions_are_streets_without_a_presidium()
    {
        var county = County.Read();
        Assert.Equal(18, county.Townships.Count);
        var streets = county.Townships.Where(t => t.Street).Select(t => t.Code).ToArray();
        Assert.Equal(["330225001", "330225002", "330225003"], streets);
        Assert.All(streets, street =>
        {
            Assert.DoesNotContain(county.Groups, g => g.Township == street && g.Kind == GroupKind.Presidium);
            Assert.DoesNotContain(county.People, p => p.Township == street && p.Roles.Any(r => r is Role.Presidium or Role.TownChair));
            Assert.Contains(county.People, p => p.Township == street && p.Roles.Contains(Role.StreetWorkCommittee));
        });
    }

    [Fact]
    public void a_town_has_everybody_the_loop_needs()
    {
        var county = County.Read();
        var town = county.People.Where(p => p.Township == "330225109").ToArray();
        Assert.All(
            [Role.Resident, Role.Deputy, Role.ResidentDeliberator, Role.DeputyGroup, Role.Station, Role.CommandCentre, Role.CongressOffice,
                Role.TownChair, Role.Presidium, Role.TownGovernment, Role.HandlingUnit],
            role => Assert.Contains(town, p => p.Roles.Contains(role)));
        Assert.Equal(5, town.Count(p => p.Roles.Contains(Role.SupervisionGroup)));
        Assert.All(
            town.Where(p => p.Roles.Contains(Role.HandlingUnit)).GroupBy(p => p.Unit), section => Assert.Equal(2, section.Count()));
        Assert.Contains(county.People, p => p.Login == "330225000-congress-office" && p.Roles.Contains(Role.CongressOffice));
        Assert.Equal(7, county.Groups.Single(g => g.Township == "330225109" && g.Kind == GroupKind.Presidium).Members.Count);
        Assert.Equal(5, county.Groups.Single(g => g.Township == "330225109" && g.Kind == GroupKind.SupervisionGroup).Members.Count);
        Assert.Equal(county.People.Count, county.People.Select(p => p.Login).Distinct().Count());
        Assert.All(Enum.GetValues<Role>().Except([Role.System]), role => Assert.Contains(county.People, p => p.Roles.Contains(role)));
    }

    [Fact]
    public async Task without_being_asked_for_no_county_is_loaded()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        Assert.Equal(["0"], await service.Look("select count(*) from people"));
    }
}

internal static class Ready
{
    public static async Task<string> GetFromHealth(this HttpClient client)
    {
        using var answer = await client.GetAsync(new Uri("health", UriKind.Relative));
        return await answer.Content.ReadAsStringAsync();
    }
}
