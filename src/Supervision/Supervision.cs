using System.Resources;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

public static class Supervision
{
    // Who orders, follows, handles or audits it.
    private static readonly Role[] Readers =
    [
        Role.CongressOffice, Role.Presidium, Role.TownChair, Role.Deputy, Role.DeputyGroup, Role.SupervisionGroup, Role.Station,
        Role.CommandCentre, Role.StreetWorkCommittee, Role.StandingCommittee, Role.TownGovernment, Role.HandlingUnit, Role.Auditor,
    ];

    public static ServiceModule Module { get; } = new(
        "supervision",
        new StoreModule(
            "supervision",
            Events:
            [
                EventType.Of<OrderIssued>(),
                EventType.Of<OrderAcknowledged>(),
                EventType.Of<OrderPassedToSection>(),
                EventType.Of<HandlingReported>(),
                EventType.Of<RoundOpened>(),
            ],
            Inline: [Worklist.Of(Order.Stream, Waits)],
            Async: [],
            Migrations: [Registry.Tables, Deadlines.Table]),
        Says: [Says.To<Contracts.HandlingReported>("evaluation-reviews")],
        Publish: Publish.Message,
        Hears:
        [
            Hears.On<WhenOrderReferred>("supervision-orders").And<WhenReturnedForRectification>().And<WhenSupervisionRestarted>(),
            Registry.On("supervision-registry"),
        ],
        Links: recorded => recorded.Data is HandlingReported e ? new StreamLink("evaluation", e.ReviewId) : null,
        Refusals: new ResourceManager("LiaisonStation.Supervision.Refusals", typeof(Supervision).Assembly),
        Services: services => services.AddValidation());

    public static void MapSupervision(this WebApplication app)
    {
        var orders = app.MapGroup("/orders").WithTags("supervision");
        orders.MapGet("/{id:guid}", Get).RequireRole(Readers).WithSummary("An order as it stands, with all its rounds");
        AcknowledgingOrder.Map(orders);
        PassingToSection.Map(orders);
        ReportingHandling.Map(orders);
    }

    public static Waiting? Waits(Order order)
    {
        var round = order.Rounds[^1];
        return order.Stage switch
        {
            OrderStage.Issued => new(
                "acknowledge-order", order.CaseId, order.CaseNumber, round.Number, [Role.TownGovernment], Unit: order.Addressee,
                DueAt: round.DueAt),
            OrderStage.Acknowledged => new(
                "pass-order-to-section", order.CaseId, order.CaseNumber, round.Number, [Role.TownGovernment],
                Unit: order.Addressee, DueAt: round.DueAt),
            OrderStage.InProgress => new(
                "report-handling", order.CaseId, order.CaseNumber, round.Number, [Role.HandlingUnit], Unit: order.Section,
                DueAt: round.DueAt),
            _ => null,
        };
    }

    private static Task<IResult> Get(HttpContext http, Guid id) => http.Show(Order.Stream, id, order => order);
}
