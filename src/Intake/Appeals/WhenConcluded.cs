using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Intake.Appeals;

public sealed class WhenConcluded(StreamStore store, TimeProvider time) : IConsumer<Concluded>
{
    public static Decision<IAppealEvent> Decide(Appeal? appeal, Concluded m) => appeal switch
    {
        null => Refuse.Unknown("appeal-unknown"),
        { Stage: Stage.Closed or Stage.Ended } => [],
        _ when m.Round < appeal.Round || appeal is { Stage: Stage.Concluded } && m.Round == appeal.Round => [],
        _ when m.Round > appeal.Round || !appeal.RoundRuns => Refuse.State("round-not-running"),
        _ => [new AppealConcluded(m.Round)],
    };

    public Task Consume(ConsumeContext<Concluded> context) => store.Hear(
        context, time, context.Message.CaseId, context.Message.CaseId, appeal => Decide(appeal, context.Message));
}
