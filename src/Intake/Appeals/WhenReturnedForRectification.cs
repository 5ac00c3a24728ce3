using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Intake.Appeals;

public sealed class WhenReturnedForRectification(StreamStore store, TimeProvider time) : IConsumer<ReturnedForRectification>
{
    public static Decision<IAppealEvent> Decide(Appeal? appeal, ReturnedForRectification m) => appeal switch
    {
        null => Refuse.Unknown("appeal-unknown"),
        { Stage: Stage.Closed or Stage.Ended } => [],
        _ when m.Round < appeal.Round => [],
        _ when m.Round > appeal.Round || !appeal.RoundRuns => Refuse.State("round-not-running"),
        _ => [new AppealReturnedForRectification(m.Round, m.Reason)],
    };

    public Task Consume(ConsumeContext<ReturnedForRectification> context) => store.Hear(
        context, time, context.Message.CaseId, context.Message.CaseId, appeal => Decide(appeal, context.Message));
}
