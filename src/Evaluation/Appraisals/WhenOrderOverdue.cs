using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Evaluation.Appraisals;

/// <summary>Kept for the year's appraisal: a round counts as overdue once.</summary>
public sealed class WhenOrderOverdue(StreamStore store) : IConsumer<OrderOverdue>
{
    public Task Consume(ConsumeContext<OrderOverdue> context)
    {
        // The limit ends at 24:00: its last day is the day of the instant before.
        var (cause, said) = (context.Cause(), context.Message);
        var dueOn = BusinessTime.DateOf(said.DueAt.AddTicks(-1));
        return store.Once(
            cause,
            batch => batch.Add(
                $"""
                insert into overdue_orders (tenant_id, order_id, round, case_number, unit_id, due_on)
                values ({cause.Tenant}, {said.OrderId}, {said.Round}, {said.CaseNumber}, {said.Unit}, {dueOn})
                on conflict do nothing
                """),
            context.CancellationToken);
    }
}
