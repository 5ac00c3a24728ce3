using System.Collections.Concurrent;
using RabbitMQ.Client;

namespace LiaisonStation.CaseLoop.Tests;

/// <summary>Hears every message of the system on a queue of its own, and says them all again.</summary>
public sealed class Republisher(Uri broker)
{
    private const string Tap = "case-loop-tap";

    private readonly ConcurrentDictionary<string, Heard> _heard = new();

    public async Task Tapped(IEnumerable<string> exchanges)
    {
        await using var connection = await Connect();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(
            Tap, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        foreach (var exchange in exchanges)
        {
            await channel.QueueBindAsync(Tap, exchange, routingKey: "");
        }
    }

    /// <summary>Says everything heard so far again, twice, in another order, with its own message ids.</summary>
    public async Task<int> SayAgain(int seed)
    {
        await using var connection = await Connect();
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        while (await channel.BasicGetAsync(Tap, autoAck: true) is { } got)
        {
            _heard.TryAdd(got.BasicProperties.MessageId!, new Heard(got.Exchange, new BasicProperties(got.BasicProperties), got.Body.ToArray()));
        }

        Heard[] again = [.. _heard.Values, .. _heard.Values];
        new Random(seed).Shuffle(again);
        foreach (var (exchange, properties, body) in again)
        {
            await channel.BasicPublishAsync(exchange, routingKey: "", mandatory: true, properties, body);
        }

        return _heard.Count;
    }

    /// <summary>Messages that still wait, and queues that nobody consumes.</summary>
    public async Task<(uint Waiting, string[] Deserted)> Left(IEnumerable<string> queues)
    {
        await using var connection = await Connect();
        await using var channel = await connection.CreateChannelAsync();
        var states = new List<QueueDeclareOk>();
        foreach (var queue in queues)
        {
            states.Add(await channel.QueueDeclarePassiveAsync(queue));
        }

        return ((uint)states.Sum(s => s.MessageCount), [.. states.Where(s => s.ConsumerCount == 0).Select(s => s.QueueName)]);
    }

    private Task<IConnection> Connect() => new ConnectionFactory { Uri = broker }.CreateConnectionAsync();

    private sealed record Heard(string Exchange, BasicProperties Properties, byte[] Body);
}
