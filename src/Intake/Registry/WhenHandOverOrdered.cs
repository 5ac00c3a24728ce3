using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Appeals;
using LiaisonStation.Intake.ContactPoints;
using LiaisonStation.Intake.Receptions;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Intake.Registry;

/// <summary>Open appeals, days of reception to come and postings go to the successor.</summary>
/// <remarks>No inbox: it may have to be said to many streams, and the state of each says whether it was, so a repeat does no harm.</remarks>
public sealed class WhenHandOverOrdered(StreamStore store, TimeProvider time) : IConsumer<HandOverOrdered>
{
    public async Task Consume(ConsumeContext<HandOverOrdered> context)
    {
        var (m, cause) = (context.Message, context.Cause() with { Inbox = null });
        var pace = await Pace.Of(store, cause.Tenant, time.GetUtcNow(), context.CancellationToken);
        await Say(
            Appeal.Stream,
            $"""
            select id from appeals where tenant_id = {cause.Tenant} and (addressed_to = {m.From} or accepted_by = {m.From} or unit_id = {m.From})
            """,
            appeal => HandingOverAppeal.Decide(appeal, m).WithLimit(appeal, pace));
        await Say(
            ReceptionPlan.Stream, $"select distinct plan_id from receptions where tenant_id = {cause.Tenant} and {m.From} = any(deputies)",
            plan => HandingOverDuty.Decide(plan, m, BusinessTime.DateOf(pace.Now)));
        await Say(
            ContactPoint.Stream, $"select id from contact_points where tenant_id = {cause.Tenant} and {m.From} = any(deputies)",
            point => HandingOverPosting.Decide(point, m));

        async Task Say<TState, TEvent>(StreamType<TState, TEvent> type, FormattableString held, Func<TState?, Decision<TEvent>> decide)
            where TState : class
            where TEvent : class
        {
            foreach (var id in await store.Query(cause.Tenant, held, r => r.GetGuid(0), context.CancellationToken))
            {
                var outcome = await store.Write(type, id, cause, decide, cancellation: context.CancellationToken);
                if (outcome.Kind is not (OutcomeKind.Appended or OutcomeKind.Unchanged))
                {
                    throw new InvalidOperationException($"{type.Alias} {id} answered {outcome.Kind}; the message must come again.");
                }
            }
        }
    }
}
