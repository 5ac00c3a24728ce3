using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Evaluation.Appraisals;

/// <summary>Kept for the year's appraisal: a count, never who.</summary>
public sealed class WhenAccountabilityRecorded(StreamStore store) : IConsumer<AccountabilityRecorded>
{
    public Task Consume(ConsumeContext<AccountabilityRecorded> context)
    {
        var (cause, said) = (context.Cause(), context.Message);
        return store.Once(
            cause,
            batch => batch.Add(
                $"""
                insert into accountability (tenant_id, result_id, case_number, unit_id, measure, decided_on)
                values ({cause.Tenant}, {said.ResultId}, {said.CaseNumber}, {said.Unit}, {said.Measure.ToString()}, {said.DecidedOn})
                on conflict do nothing
                """),
            context.CancellationToken);
    }
}
