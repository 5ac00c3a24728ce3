using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace LiaisonStation.EventStore;

/// <summary>
/// The relay's own connection. What was asked of this broker and what is published go over the same connection, so they meet the
/// same broker; and consumers keep working while a broker's alarm blocks those who publish.
/// </summary>
internal sealed class Broker : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private Broker(IConnection connection, IChannel channel)
    {
        (_connection, _channel) = (connection, channel);
        connection.ConnectionBlockedAsync += Block;
        connection.ConnectionUnblockedAsync += Unblock;
    }

    /// <summary>Why the broker takes no messages now, in its own words; null when it does.</summary>
    public string? Blocked { get; private set; }

    public bool IsOpen => _connection.IsOpen && _channel.IsOpen;

    public static async Task<Broker> Connect(Uri address, string name, CancellationToken cancellation)
    {
        var factory = new ConnectionFactory
        {
            Uri = address,
            ClientProvidedName = name,
            // A connection that came back by itself might lead to a broker that has lost everything, unseen.
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
            RequestedHeartbeat = TimeSpan.FromSeconds(10),
        };
        var connection = await factory.CreateConnectionAsync(cancellation);
        try
        {
            return new Broker(connection, await connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellation));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether this broker has been marked, so is one that has kept what it was given.</summary>
    public async Task<bool> IsMarked(string marker, CancellationToken cancellation)
    {
        // The broker closes a channel that asks for what is not there.
        await using var channel = await _connection.CreateChannelAsync(cancellationToken: cancellation);
        try
        {
            await channel.ExchangeDeclarePassiveAsync(marker, cancellation);
            return true;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return false;
        }
    }

    public Task Declare(IEnumerable<Says> says, CancellationToken cancellation) => Topology.Declare(_channel, says, cancellation);

    /// <summary>An exchange that nobody binds: the broker keeps it beside its queues' names, and no process has to start for it.</summary>
    public Task Mark(string marker, CancellationToken cancellation) =>
        _channel.ExchangeDeclareAsync(marker, ExchangeType.Fanout, durable: true, cancellationToken: cancellation);

    /// <summary>Completes when every queue bound has taken the message.</summary>
    /// <exception cref="PublishException">It was refused, or no queue is bound.</exception>
    public ValueTask Publish(Envelope message, CancellationToken cancellation) => _channel.BasicPublishAsync(
        message.Exchange, "", mandatory: true, message.Properties, message.Body, cancellation);

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private Task Block(object sender, ConnectionBlockedEventArgs blocked)
    {
        Blocked = blocked.Reason;
        return Task.CompletedTask;
    }

    private Task Unblock(object sender, AsyncEventArgs unblocked)
    {
        Blocked = null;
        return Task.CompletedTask;
    }
}
