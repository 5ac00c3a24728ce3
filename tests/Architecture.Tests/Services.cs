using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Architecture.Tests;

internal static class Services
{
    public static readonly IReadOnlyList<ServiceModule> All =
    [
        Intake.Intake.Module, Deliberation.Deliberation.Module, Supervision.Supervision.Module, Evaluation.Evaluation.Module,
    ];

    public static string Folder(ServiceModule module) => "src/" + char.ToUpperInvariant(module.Name[0]) + module.Name[1..];

    /// <summary>What a module hears: contract and queue.</summary>
    public static IEnumerable<(string Contract, string Queue)> Heard(ServiceModule module) =>
        from hears in module.Hears
        from consumer in hears.Consumers
        from contract in consumer.GetInterfaces()
        where contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IConsumer<>)
        select (contract.GetGenericArguments()[0].Name, hears.Queue);

    public static IEnumerable<(string Contract, string Queue)> Said(ServiceModule module) =>
        from says in module.Says
        from queue in says.Queues
        select (says.Contract.Name, queue);
}
