using System.Resources;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Appeals;
using LiaisonStation.Intake.ContactPoints;
using LiaisonStation.Intake.Demonstration;
using LiaisonStation.Intake.Files;
using LiaisonStation.Intake.Imports;
using LiaisonStation.Intake.Policies;
using LiaisonStation.Intake.Receptions;
using LiaisonStation.Intake.Registry;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Intake;

public static class Intake
{
    private static readonly string[] Everybody =
        ["intake-township", "deliberation-registry", "supervision-registry", "evaluation-registry"];

    public static ServiceModule Module { get; } = new(
        "intake",
        new StoreModule(
            "intake",
            Events:
            [
                EventType.Of<AppealReceived>().From<AppealReceivedV1>(old => old.Upcast()),
                EventType.Of<SourceReplyRecorded>(), EventType.Of<AppealLimitFixed>(), EventType.Of<StepDue>(), EventType.Of<AcceptanceLapsed>(),
                EventType.Of<AppealAccepted>(), EventType.Of<RecusalDeclared>(), EventType.Of<AppealReturnedToSubmitter>(),
                EventType.Of<AppealSupplemented>(), EventType.Of<SupplementLapsed>(), EventType.Of<FilesAttached>(), EventType.Of<AppealReviewed>(), EventType.Of<AppealJoined>(),
                EventType.Of<SmallMatterRouted>(), EventType.Of<AssignmentSentBack>(), EventType.Of<UnitAnswered>(),
                EventType.Of<AppealAnswered>(), EventType.Of<AppealRated>(), EventType.Of<RatingLapsed>(), EventType.Of<RedoOrdered>(),
                EventType.Of<EntryCorrected>(), EventType.Of<AppealHandedOver>(), EventType.Of<AppealDeclined>(),
                EventType.Of<AppealWithdrawn>(), EventType.Of<AppealMerged>(), EventType.Of<AppealMergedIn>(),
                EventType.Of<AppealSplit>(), EventType.Of<PublicationApproved>(), EventType.Of<PublicationWithdrawn>(),
                EventType.Of<TopicProposalRequested>().From<TopicProposalRequestedV1>(old => old.Upcast()),
                EventType.Of<AppealNotTaken>(), EventType.Of<AppealTakenUp>(), EventType.Of<AppealReturnedForRectification>(),
                EventType.Of<AppealConcluded>(), EventType.Of<AppealReopened>(), EventType.Of<AppealClosed>(),
                EventType.Of<AppealClosedUnreached>(), EventType.Of<AppealEnded>(),
                EventType.Of<PersonRegistered>(), EventType.Of<PersonReassigned>(), EventType.Of<PersonDeactivated>(),
                EventType.Of<PersonErased>(),
                EventType.Of<UnitRegistered>(), EventType.Of<UnitDeactivated>(),
                EventType.Of<GroupRegistered>(), EventType.Of<GroupMembersChanged>(), EventType.Of<GroupDissolved>(),
                EventType.Of<HandOverEntered>(), EventType.Of<HandOverTookEffect>(),
                EventType.Of<PolicyEntered>(), EventType.Of<CalendarEntered>(), EventType.Of<CodeIssued>(),
                EventType.Of<FileStored>(), EventType.Of<FileErased>(),
                EventType.Of<ContactPointOpened>(), EventType.Of<DeputyPosted>(), EventType.Of<DeputyRecalled>(), EventType.Of<PostingHandedOver>(),
                EventType.Of<MilestoneReached>(), EventType.Of<ContactPointClosed>(),
                EventType.Of<ReceptionsPlanned>(), EventType.Of<ReceptionAnnounced>(), EventType.Of<DutySwapAsked>(),
                EventType.Of<DutySwapped>(), EventType.Of<DutySwapDeclined>(), EventType.Of<DutyHandedOver>(), EventType.Of<LeaveTaken>(),
                EventType.Of<DeputyCheckedIn>(), EventType.Of<ReceptionHeld>(), EventType.Of<ReceptionMissed>(),
                EventType.Of<ReceptionCalledOff>(), EventType.Of<ReceptionPlanEnded>(),
            ],
            Inline:
            [
                Worklist.Of(Appeal.Stream, Waits.For).And(ReceptionPlan.Stream, ReceptionWaits.For),
                AppealRows.Table, AppealRows.Owed, AppealRows.Public, .. RegistryRows.Tables, HandOverRows.Table, Codes.Table, ContactPointRows.Table,
                ReceptionRows.Table,
                Deadlines.Of(HandOver.Stream, HandOver.Due).And(Appeal.Stream, WhenDue.Next).And(ReceptionPlan.Stream, WhenReceptionDue.Next),
            ],
            Async: [],
            Migrations:
            [
                LiaisonStation.Townships.Registry.Tables, Deadlines.Table,
                .. new[]
                {
                    "appeals.sql", "registry.sql", "imports.sql", "hand_overs.sql", "files.sql", "appeal-chain.sql", "codes.sql",
                    "contact_points.sql", "receptions.sql", "answers-owed.sql",
                }.Select(file => Migration.Embedded(typeof(Intake).Assembly, file)),
            ]),
        Says:
        [
            Says.To<TakeUpRequested>("deliberation-topics"),
            Says.To<AppealContinues>("intake-appeals"),
            Says.To<ServedChanged>("evaluation-reviews"),
            Says.To<PersonChanged>(["intake-registry", .. Everybody]),
            Says.To<GroupChanged>(Everybody),
            Says.To<UnitChanged>(Everybody),
            Says.To<HandOverOrdered>("intake-handover", "deliberation-handover", "supervision-handover", "evaluation-handover"),
            Says.To<PolicyAdopted>(Everybody),
            Says.To<CalendarPublished>(Everybody),
        ],
        Publish: Publish.ToOthers,
        Hears:
        [
            Hears.On<WhenTopicTakenUp>("intake-appeals").And<WhenTopicNotTaken>().And<WhenReturnedForRectification>().And<WhenConcluded>()
                .And<WhenSupervisionRestarted>().And<WhenClosedConfirmed>().And<WhenClosedUnreached>().And<WhenItemEnded>()
                .And<WhenAppealContinues>(),
            Hears.On<WhenHandOverOrdered>("intake-handover"),
            Hears.On<LiaisonStation.Intake.Registry.WhenPersonChanged>("intake-registry"),
            LiaisonStation.Townships.Registry.On("intake-township"),
        ],
        Links: Publish.Links,
        Refusals: new ResourceManager("LiaisonStation.Intake.Refusals", typeof(Intake).Assembly),
        Services: services =>
        {
            services.AddValidation();
            services.AddHostedService<ImportWorker>();
            services.AddDeadline(
                Appeal.Stream,
                (a, policy, calendar, now) => WhenDue.Decide(a, policy, calendar, now).WithLimit(a, new(policy, calendar, now)));
            services.AddSingleton<DoomedKeys>().AddHostedService(s => s.GetRequiredService<DoomedKeys>());
            services.AddSingleton<LoadCounty>().AddHostedService(s => s.GetRequiredService<LoadCounty>());
            services.AddDeadline(HandOver.Stream, (h, _, _, now) => OrderingHandOver.WhenDue(h, BusinessTime.DateOf(now)));
            services.AddDeadline(ReceptionPlan.Stream, (plan, _, _, now) => WhenReceptionDue.Decide(plan, now));
            services.AddHealthChecks().AddCheck<LoadCounty>("demonstration").AddCheck<DoomedKeys>("erasure");
        },
        MakesKeys: true,
        Figures: [.. AppealFigures.All, .. ReceptionFigures.All],
        Shows: AppealProgress.Shows);

    public static void MapIntake(this WebApplication app)
    {
        var appeals = app.MapGroup("/appeals").WithTags("Appeals");
        SubmittingAppeal.Map(appeals);
        AcceptAppeal.Map(appeals);
        RecusingFromAppeal.Map(appeals);
        ReturningToSubmitter.Map(appeals);
        SupplementingAppeal.Map(appeals);
        WithdrawingAppeal.Map(appeals);
        JoiningAppeal.Map(appeals);
        ReviewingAppeal.Map(appeals);
        DecliningAppeal.Map(appeals);
        MergingAppeal.Map(appeals);
        SplittingAppeal.Map(appeals);
        RoutingSmallMatter.Map(appeals);
        DispatchDirectly.Map(appeals);
        AnsweringAsUnit.Map(appeals);
        SendingBackAssignment.Map(appeals);
        AnsweringAppeal.Map(appeals);
        RatingAppeal.Map(appeals);
        RedoingAppeal.Map(appeals);
        EndingAppeal.Map(appeals);
        CorrectingEntry.Map(appeals);
        PublishingAppeal.Map(appeals);
        ProposingTopic.Map(appeals);
        AppealProgress.Map(appeals);
        AppealFiles.Map(appeals);
        Contacts.Map(appeals);
        ReadAppeals.Map(appeals, app.MapGroup("/cases").WithTags("Cases"));
        PublicAppeals.Map(app.MapGroup("/public").WithTags("Public"));

        var imports = app.MapGroup("/imports").WithTags("Imports");
        ReceiveImport.Map(imports);
        ReadImports.Map(imports);

        var files = app.MapGroup("/files").WithTags("Files");
        UploadingFile.Map(files);
        ReadFile.Map(files);
        ErasingFile.Map(files);

        var registry = app.MapGroup("/registry").WithTags("Registry");
        var (people, units, groups) = (registry.MapGroup("/people"), registry.MapGroup("/units"), registry.MapGroup("/groups"));
        RegisteringPerson.Map(people);
        ReassigningPerson.Map(people);
        RegisteringUnit.Map(units);
        RegisteringGroup.Map(groups);
        Deactivating.Map(people, units, groups);
        ReadRegistry.Map(registry);
        OrderingHandOver.Map(registry);
        ReadHandOvers.Map(registry);
        IssuingCode.Map(people, units, app.MapGroup("/codes").WithTags("Registry"));
        ErasingPerson.Map(app.MapGroup("/people").WithTags("Registry"));

        var (policies, calendars) = (app.MapGroup("/policies").WithTags("Policies"), app.MapGroup("/calendars").WithTags("Policies"));
        EnteringPolicy.Map(policies);
        ReadPolicies.Map(policies);
        EnteringCalendar.Map(calendars);
        ReadCalendars.Map(calendars);

        var points = app.MapGroup("/contact-points").WithTags("Contact points");
        OpeningContactPoint.Map(points);
        PostingDeputy.Map(points);
        ClosingContactPoint.Map(points);
        ReadContactPoints.Map(points);

        var (plans, receptions) = (app.MapGroup("/reception-plans").WithTags("Receptions"), app.MapGroup("/receptions").WithTags("Receptions"));
        PlanningReceptions.Map(plans);
        SwappingDuty.Map(plans);
        TakingLeave.Map(plans);
        CheckingIn.Map(plans);
        RecordingReception.Map(plans);
        CallingOff.Map(plans);
        ReadReceptions.Map(plans, receptions);
    }
}
