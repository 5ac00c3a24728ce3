using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Intake.Appeals;

public sealed class WhenClosedUnreached(StreamStore store, TimeProvider time) : IConsumer<ClosedUnreached>
{
    public static Decision<IAppealEvent> Decide(Appeal? appeal, ClosedUnreached m) => appeal switch
    {
        null => Refuse.Unknown("appeal-unknown"),
        { Stage: Stage.Closed or Stage.Ended } => [],
        _ when m.Round < appeal.Round => [],
        _ when m.Round > appeal.Round || appeal.Stage != Stage.Concluded => Refuse.State("round-not-concluded"),
        _ => [new AppealClosedUnreached(m.Round)],
    };

    public Task Consume(ConsumeContext<ClosedUnreached> context) => store.Hear(
        context, time, context.Message.CaseId, context.Message.CaseId, appeal => Decide(appeal, context.Message));
}
