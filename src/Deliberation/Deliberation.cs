using System.Resources;
using LiaisonStation.Contracts;
using LiaisonStation.Deliberation.Batches;
using LiaisonStation.Deliberation.MajorMatters;
using LiaisonStation.Deliberation.Meetings;
using LiaisonStation.Deliberation.Referrals;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation;

public static class Deliberation
{
    public static ServiceModule Module { get; } = new(
        "deliberation",
        new StoreModule(
            "deliberation",
            Events:
            [
                EventType.Of<TopicProposed>(), EventType.Of<TopicEnteredBatch>(), EventType.Of<TopicRolledOver>(),
                EventType.Of<TopicReturned>(), EventType.Of<TopicCompleted>(),
                EventType.Of<TopicScreened>(), EventType.Of<TopicScreenedOut>(),
                EventType.Of<TopicConfirmed>().From<TopicConfirmedV1>(old => old.Now()), EventType.Of<TopicDeclined>(),
                EventType.Of<ReportedToPartyCommittee>(), EventType.Of<PartyInstructionRecorded>(), EventType.Of<MajorMatterDeclared>(),
                EventType.Of<MeetingHeld>(), EventType.Of<TopicDeliberated>(), EventType.Of<AdviceAdopted>(),
                EventType.Of<TopicReferred>().From<TopicReferredV1>(old => old.Now()),
                EventType.Of<TopicReferredToCounty>(), EventType.Of<TopicEscalated>(),
                EventType.Of<RecusalDeclared>(), EventType.Of<EntryCorrected>(), EventType.Of<TopicHandedOver>(), EventType.Of<TopicOverdue>(),
                EventType.Of<BatchOpened>(), EventType.Of<BatchClosed>(),
                EventType.Of<MeetingPlanned>(), EventType.Of<MeetingPlanChanged>(), EventType.Of<MeetingCancelled>(),
                EventType.Of<AttendanceRecorded>(), EventType.Of<MinutesRecorded>(), EventType.Of<MinutesApproved>(),
            ],
            Inline:
            [
                Worklist.Of(Topic.Stream, Waits.For).And(PlannedMeeting.Stream, MeetingWaits.For), Deadlines.Of(Topic.Stream, WhenDue.Next),
                TopicRows.Table, TopicRows.Sittings, MeetingRows.Table,
            ],
            Async: [],
            Migrations: [Registry.Tables, Deadlines.Table, TopicRows.Migration, MeetingRows.Migration]),
        Says:
        [
            Says.To<TopicTakenUp>("intake-appeals"), Says.To<TopicNotTaken>("intake-appeals"),
            Says.To<OrderReferred>("supervision-orders"), Says.To<CountyCoordinationReferred>("supervision-orders"),
            Says.To<EscalationReferred>("supervision-orders"), Says.To<BatchDecided>("deliberation-batches"),
        ],
        Publish: Publish.Message,
        Hears:
        [
            Hears.On<WhenTakeUpRequested>("deliberation-topics"),
            Hears.On<WhenHandOverOrdered>("deliberation-handover"),
            Hears.On<WhenBatchDecided>("deliberation-batches"),
            Registry.On("deliberation-registry"),
        ],
        Links: Publish.Links,
        Refusals: new ResourceManager("LiaisonStation.Deliberation.Refusals", typeof(Deliberation).Assembly),
        Services: services =>
        {
            services.AddValidation();
            services.AddDeadline(Topic.Stream, WhenDue.Decide);
        },
        Figures: Counts.All,
        Tells: (caller, events) => caller.Roles.Any(ReadTopics.Readers.Contains)
            || events.Select(e => e.Data).OfType<TopicProposed>().Any(e => e.Title.Person == caller.Person));

    public static void MapDeliberation(this WebApplication app)
    {
        var topics = app.MapGroup("/topics").WithTags("deliberation");
        ReadTopics.Map(topics);
        ScreeningTopic.Map(topics);
        ReturningTopic.Map(topics);
        CompletingTopic.Map(topics);
        ConfirmingTopic.Map(topics);
        DecliningTopic.Map(topics);
        ReportingToPartyCommittee.Map(topics);
        RecordingPartyInstruction.Map(topics);
        DeclaringMajorMatter.Map(topics);
        HoldingMeeting.Map(topics);
        DeliberatingTopic.Map(topics);
        DeclaringRecusal.Map(topics);
        CorrectingEntry.Map(topics);
        ReferringTopic.Map(topics);
        ReferringToCounty.Map(topics);
        EscalatingTopic.Map(topics);

        var batches = app.MapGroup("/batches").WithTags("deliberation");
        OpeningBatch.Map(batches);
        ConfirmingBatch.Map(batches);
        ReadBatch.Map(batches);

        var meetings = app.MapGroup("/meetings").WithTags("deliberation");
        ReadMeetings.Map(meetings);
        PlanningMeeting.Map(meetings);
        ChangingMeeting.Map(meetings);
        RecordingAttendance.Map(meetings);
        RecordingMinutes.Map(meetings);
        ApprovingMinutes.Map(meetings);
        PrintMeeting.Map(meetings);
    }
}
