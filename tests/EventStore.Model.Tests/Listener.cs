using System.Text.Json;
using RabbitMQ.Client;

namespace LiaisonStation.EventStore.Model.Tests;

/// <summary>Takes the messages that the relay has published, as a consumer does.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly string _name;

    private Listener(IConnection connection, IChannel channel, string name) => (_connection, _channel, _name) = (connection, channel, name);

    public static async Task<Listener> OpenAsync(Place place)
    {
        var connection = await new ConnectionFactory { Uri = new(place.Broker) }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync();
        await Topology.Declare(channel, [Says.To<EntryTold>(Ledger.Queue(place.Name))], default);
        return new(connection, channel, place.Name);
    }

    /// <summary>Its effect is a fact in the echo of the account it tells of; only the inbox stands between a repeat and a second one.</summary>
    public static async Task<OutcomeKind> HearAsync(StreamStore store, Message message)
    {
        var outcome = await store.Write(
            Ledger.Echoes, Ledger.EchoId(message.Account), Ledger.Cause(new(Ledger.Hearing, message.Id)), _ => [new Heard(message.Id)]);
        Broken.Unless(
            outcome.Kind is OutcomeKind.Appended or OutcomeKind.Repeated, $"message {message.Id} was answered {outcome.Kind}");
        return outcome.Kind;
    }

    public async Task<Message[]> TakeAsync(int most)
    {
        var taken = new List<Message>();
        while (taken.Count < most && await _channel.BasicGetAsync(Ledger.Queue(_name), autoAck: false) is { } got)
        {
            using var body = JsonDocument.Parse(got.Body);
            taken.Add(new(
                got.DeliveryTag, Guid.Parse(got.BasicProperties.MessageId!),
                body.RootElement.GetProperty("message").GetProperty("account").GetGuid(), got.Redelivered));
        }

        return [.. taken];
    }

    /// <param name="allButLast">The last one comes back, unless it did already: a queue gives up after a few times.</param>
    public async Task AcknowledgeAsync(IReadOnlyList<Message> messages, bool allButLast)
    {
        foreach (var message in messages)
        {
            if (allButLast && message == messages[^1] && !message.Again)
            {
                await _channel.BasicNackAsync(message.Tag, multiple: false, requeue: true);
            }
            else
            {
                await _channel.BasicAckAsync(message.Tag, multiple: false);
            }
        }
    }

    /// <summary>Takes away the mark by which the relay knows a broker that has kept everything.</summary>
    public Task ForgetAsync() => _channel.ExchangeDeleteAsync($"{_name}-relay");

    /// <summary>The contract's exchange is every trial's; the next one must not reach this one's queues.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var queue in new[] { Ledger.Queue(_name), Topology.ErrorQueue(Ledger.Queue(_name)) })
        {
            await _channel.QueueDeleteAsync(queue);
            await _channel.ExchangeDeleteAsync(queue);
        }

        await ForgetAsync();
        await _connection.DisposeAsync();
    }
}

/// <param name="Account">The account it tells of.</param>
/// <param name="Again">It was delivered before.</param>
internal sealed record Message(ulong Tag, Guid Id, Guid Account, bool Again);
