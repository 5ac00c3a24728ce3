using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Intake.Appeals;

public sealed class WhenTopicTakenUp(StreamStore store, TimeProvider time) : IConsumer<TopicTakenUp>
{
    public static Decision<IAppealEvent> Decide(Appeal? appeal, TopicTakenUp m) => appeal switch
    {
        null => Refuse.Unknown("appeal-unknown"),
        { Stage: Stage.Closed or Stage.Ended } or { Round: > 0 } => [],
        { Stage: not Stage.Proposed } => Refuse.State("appeal-not-proposed"),
        _ => [new AppealTakenUp(m.TopicId)],
    };

    public Task Consume(ConsumeContext<TopicTakenUp> context) => store.Hear(
        context, time, context.Message.AppealId, context.Message.CaseId, appeal => Decide(appeal, context.Message));
}
