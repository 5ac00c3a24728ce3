using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace LiaisonStation.EventStore;

/// <summary>A contract and the queues of all its listeners, so that none can be missed before it has ever started.</summary>
public sealed record Says(Type Contract, IReadOnlyList<string> Queues)
{
    public static Says To<TContract>(params string[] queues)
        where TContract : class => new(typeof(TContract), queues);
}

/// <summary>
/// The one shape of every queue. A publisher declares its listeners' queues before they have ever started, so both sides must
/// ask for exactly the same, or the broker refuses the second.
/// </summary>
public static class Topology
{
    private static readonly RabbitMqMessageNameFormatter Names = new();

    /// <summary>Where everything ends that this queue's consumers could not take, with the reason in its headers.</summary>
    public static string ErrorQueue(string queue) => queue + "_error";

    /// <summary>
    /// A message may come back five times; the sixth time it dead-letters, and is kept here until the error queue has it.
    /// </summary>
    public static IReadOnlyDictionary<string, object?> ListenerArguments(string queue) => new Dictionary<string, object?>
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = 5,
        ["x-dead-letter-exchange"] = ErrorQueue(queue),
        ["x-dead-letter-strategy"] = "at-least-once",
        // The at-least-once strategy asks for it.
        ["x-overflow"] = "reject-publish",
    };

    public static IReadOnlyDictionary<string, object?> ErrorArguments { get; } = new Dictionary<string, object?>
    {
        ["x-queue-type"] = "quorum",
    };

    internal static string Exchange(Type contract) => Names.GetMessageName(contract);

    internal static async Task Declare(IChannel channel, IEnumerable<Says> says, CancellationToken cancellation)
    {
        foreach (var (contract, queues) in says)
        {
            var exchange = Exchange(contract);
            await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, cancellationToken: cancellation);
            foreach (var queue in queues)
            {
                await Declare(channel, ErrorQueue(queue), ErrorArguments, cancellation);
                await Declare(channel, queue, ListenerArguments(queue), cancellation);
                await channel.ExchangeBindAsync(queue, exchange, "", cancellationToken: cancellation);
            }
        }
    }

    private static async Task Declare(
        IChannel channel, string queue, IReadOnlyDictionary<string, object?> arguments, CancellationToken cancellation)
    {
        await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true, cancellationToken: cancellation);
        await channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(arguments),
            cancellationToken: cancellation);
        await channel.QueueBindAsync(queue, queue, "", cancellationToken: cancellation);
    }
}
