using System.Resources;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation;

public static class Deliberation
{
    // Whoever takes part in deciding on the matter, and the auditor. The unit sees the order, not the resident's text.
    private static readonly Role[] Readers =
    [
        Role.CongressOffice, Role.Presidium, Role.TownChair, Role.Deputy, Role.DeputyGroup, Role.SupervisionGroup, Role.Station,
        Role.CommandCentre, Role.StreetWorkCommittee, Role.StandingCommittee, Role.Auditor,
    ];

    public static ServiceModule Module { get; } = new(
        "deliberation",
        new StoreModule(
            "deliberation",
            Events:
            [
                EventType.Of<TopicProposed>(),
                EventType.Of<TopicScreened>(),
                EventType.Of<TopicConfirmed>(),
                EventType.Of<TopicDeliberated>(),
                EventType.Of<TopicReferred>(),
            ],
            Inline: [Worklist.Of(Topic.Stream, Waits)],
            Async: [],
            Migrations: [Registry.Tables, Deadlines.Table]),
        Says: [Says.To<TopicTakenUp>("intake-appeals"), Says.To<OrderReferred>("supervision-orders")],
        Publish: Publish.Message,
        Hears:
        [
            Hears.On<WhenTakeUpRequested>("deliberation-topics"),
            Registry.On("deliberation-registry"),
        ],
        Links: recorded => recorded.Data is TopicReferred e ? new StreamLink("supervision", e.OrderId) : null,
        Refusals: new ResourceManager("LiaisonStation.Deliberation.Refusals", typeof(Deliberation).Assembly),
        Services: services => services.AddValidation());

    public static void MapDeliberation(this WebApplication app)
    {
        var topics = app.MapGroup("/topics").WithTags("deliberation");
        topics.MapGet("/{id:guid}", Get).RequireRole(Readers).WithSummary("A topic as it stands");
        ScreeningTopic.Map(topics);
        ConfirmingTopic.Map(topics);
        DeliberatingTopic.Map(topics);
        ReferringTopic.Map(topics);
    }

    /// <summary>What a topic waits for; it stands in the case's first round throughout.</summary>
    public static Waiting? Waits(Topic topic) => topic.Stage switch
    {
        TopicStage.Proposed => new("screen-topic", topic.CaseId, topic.CaseNumber, 1, [Role.CongressOffice]),
        TopicStage.Screened => new("confirm-topic", topic.CaseId, topic.CaseNumber, 1, [Role.Presidium]),
        TopicStage.Confirmed => new(
            "deliberate-topic", topic.CaseId, topic.CaseNumber, 1, [Role.SupervisionGroup], Group: topic.Group),
        TopicStage.Deliberated => new("refer-topic", topic.CaseId, topic.CaseNumber, 1, [Role.Presidium]),
        _ => null,
    };

    private static Task<IResult> Get(HttpContext http, Guid id) => http.Show(Topic.Stream, id, topic => topic);
}
