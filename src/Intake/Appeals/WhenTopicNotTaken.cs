using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Intake.Appeals;

/// <summary>Everyone linked is told why; the station then routes the appeal to ordinary handling or answers it.</summary>
public sealed class WhenTopicNotTaken(StreamStore store, TimeProvider time) : IConsumer<TopicNotTaken>
{
    public static Decision<IAppealEvent> Decide(Appeal? appeal, TopicNotTaken m) => appeal switch
    {
        null => Refuse.Unknown("appeal-unknown"),
        { Stage: Stage.Proposed } => [new AppealNotTaken(m.TopicId, m.Reason)],
        { TopicId: null } => Refuse.State("appeal-not-proposed"),
        _ => [],
    };

    public Task Consume(ConsumeContext<TopicNotTaken> context) => store.Hear(
        context, time, context.Message.AppealId, context.Message.CaseId, appeal => Decide(appeal, context.Message));
}
