using System.Net.Http.Json;
using System.Reflection;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Demonstration;
using LiaisonStation.Intake.Registry;
using LiaisonStation.Rules;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonStation.Intake.Tests;

/// <summary>What a deputy holds in Intake, and that all of it goes over by one hand-over however often it is told.</summary>
[Collection(nameof(Server))]
public sealed class HandOverServiceTests(Server server)
{
    private const string Here = "330225109";

    [Fact]
    public async Task appeals_days_of_reception_and_postings_go_to_the_successor_once_though_it_is_told_twice()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        var county = County.Read();
        await LoadCounty.Load(service.Store, county, CancellationToken.None);
        Guid Of(int n) => county.People.Single(p => p.Login == $"{Here}-deputy-{n}").Id;
        var (from, to, today) = (Of(1), Of(2), BusinessTime.DateOf(DateTimeOffset.UtcNow));
        var group = county.Groups.First(g => g.Township == Here && g.Kind == GroupKind.SupervisionGroup && g.Members.Contains(from));
        using var station = service.As(Guid.CreateVersion7(), Here, Role.Station);
        using var resident = service.As(Guid.CreateVersion7(), Here, Role.Resident);

        var appeal = (await resident.PostAsJsonAsync("appeals", new { channel = "DeputyCode", title = "路灯", text = "没有灯", addressedTo = from }).Done()).Id();
        var plan = (await station.PostAsJsonAsync("reception-plans", new
        {
            group = group.Id,
            kind = "Reception",
            place = "联络站",
            hours = "上午",
            rule = "FREQ=WEEKLY;BYDAY=TU",
            from = $"{today.AddDays(7):yyyy-MM-dd}",
            until = $"{today.AddDays(28):yyyy-MM-dd}",
            perDay = 1,
            deputies = new[] { from },
        }).Done()).Id();
        var point = (await station.PostAsJsonAsync(
            "contact-points", new { kind = "Shop", name = "老街民生小铺", from = "2026-03-02", documentNumber = "1号" }).Done()).Id();
        await station.PostAsJsonAsync($"contact-points/{point}/postings", new { deputy = from, manner = "Stationed", from = "2026-03-02" }).Done();

        await station.PostAsJsonAsync("appeals", new { channel = "ReceptionDay", title = "路灯", text = "没有灯", reception = plan }).Done();

        var said = new HandOverOrdered(Guid.CreateVersion7(), HandOverKind.Person, from, to, HandOverGround.ByElection, "大人大〔2026〕5号", today);
        await Hear(said);
        await Hear(said);

        Assert.Equal(
            ["appeal_handed_over|1", "duty_handed_over|1", "posting_handed_over|1"],
            await service.Look("select type, count(*) from mt_events where type like '%handed_over' group by 1 order by 1"));
        Assert.Equal([$"{to}"], await service.Look($"select addressed_to from appeals where id = '{appeal}'"));
        Assert.Equal([$"{to}"], await service.Look($"select distinct deputies[1] from receptions where plan_id = '{plan}'"));
        Assert.Equal(["2"], await service.Look($"select cardinality(deputies) from contact_points where id = '{point}'"));

        Task Hear(HandOverOrdered message) => ActivatorUtilities.CreateInstance<WhenHandOverOrdered>(service.Services)
            .Consume(Answering.For<ConsumeContext<HandOverOrdered>>((asked, arguments) => asked switch
            {
                "get_Message" => message,
                "get_MessageId" => (Guid?)message.HandOverId,
                "get_SupportedMessageTypes" => new[] { MessageUrn.ForTypeString<HandOverOrdered>() },
                "get_ReceiveContext" => Answering.For<ReceiveContext>((_, _) => new Uri("loopback://by-hand/intake-handover")),
                "get_Headers" => Answering.For<Headers>((_, header) => (string)header[0]! == Envelope.Tenant ? Here : null),
                "get_CancellationToken" => CancellationToken.None,
                "TryGetPayload" => (arguments[0] = service.Services) is not null,
                _ => null,
            }));
    }

    /// <summary>An interface of which only what is asked for is answered.</summary>
    public class Answering : DispatchProxy
    {
        private Func<string, object?[], object?> _answer = null!;

        public static T For<T>(Func<string, object?[], object?> answer)
            where T : class
        {
            var proxy = Create<T, Answering>();
            ((Answering)(object)proxy)._answer = answer;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!.Name, args!);
    }
}
