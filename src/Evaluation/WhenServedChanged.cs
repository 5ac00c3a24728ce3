using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Evaluation;

/// <summary>Kept from long before anything is reviewed: whoever joins does so while the matter is an appeal, or while it is handled.</summary>
public sealed class WhenServedChanged(StreamStore store) : IConsumer<ServedChanged>
{
    public Task Consume(ConsumeContext<ServedChanged> context)
    {
        var (cause, said) = (context.Cause(), context.Message);
        return store.Once(
            cause,
            batch => batch.Add(
                $"""
                insert into served_people as known (tenant_id, case_id, person_id, served, version)
                select {cause.Tenant}, {said.CaseId}, person, {said.Served}, {said.Version} from unnest({said.People.Distinct().ToArray()}) person
                on conflict (tenant_id, case_id, person_id) do update set served = excluded.served, version = excluded.version
                where known.version < excluded.version
                """),
            context.CancellationToken);
    }
}
