using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Intake.Appeals;

/// <summary>Ended without being solved, by who decides so; everyone linked is told the reason. Later news of its rounds change nothing.</summary>
public sealed class WhenItemEnded(StreamStore store, TimeProvider time) : IConsumer<ItemEnded>
{
    public static Decision<IAppealEvent> Decide(Appeal? appeal, ItemEnded m) => appeal switch
    {
        null => Refuse.Unknown("appeal-unknown"),
        { Stage: Stage.Closed or Stage.Ended } => [],
        { Round: 0 } => Refuse.State("round-not-running"),
        _ => [new AppealEnded(m.Round, m.Ending == ItemEnding.ByPresidium ? AppealEnding.ByPresidium : AppealEnding.ByStandingCommittee, m.Reason)],
    };

    public Task Consume(ConsumeContext<ItemEnded> context) => store.Hear(
        context, time, context.Message.CaseId, context.Message.CaseId, appeal => Decide(appeal, context.Message));
}
