using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace LiaisonStation.ServiceDefaults;

/// <summary>
/// Ends the service when the broker is there and yet one of its queues has no consumer for a while; whatever started the
/// service starts it again.
/// </summary>
/// <remarks>
/// MassTransit 8.4 can lose an endpoint for good when the broker is restarted while messages are in work (its issues 5692
/// and 5942), and may hold it for healthy all the same. So the broker is asked, not the bus.
/// </remarks>
internal sealed partial class BusWatch(
    Uri broker, ServiceModule module, IHostApplicationLifetime host, TimeProvider time, ILogger<BusWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    // The bus itself takes up to 30 s to come back by itself.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var factory = new ConnectionFactory { Uri = broker, ClientProvidedName = $"{module.Name} watch", AutomaticRecoveryEnabled = false };
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await factory.CreateConnectionAsync(stoppingToken);
                await Watch(connection, stoppingToken);
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Without its broker no service has consumers; the bus keeps trying. A frozen broker shows as a time-out or a
                // cancellation, and none of them may end the service.
            }

            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    private async Task Watch(IConnection connection, CancellationToken stopping)
    {
        var well = time.GetTimestamp();
        while (true)
        {
            if (await Deserted(connection, stopping) is not { } queue)
            {
                well = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(well) > Patience)
            {
                LogDeserted(module.Name, queue);
                Environment.ExitCode = 1;
                host.StopApplication();
            }

            await Task.Delay(Interval, time, stopping);
        }
    }

    private async Task<string?> Deserted(IConnection connection, CancellationToken stopping)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stopping);
        foreach (var (queue, _) in module.Hears)
        {
            if ((await channel.QueueDeclarePassiveAsync(queue, stopping)).ConsumerCount == 0)
            {
                return queue;
            }
        }

        return null;
    }

    [LoggerMessage(LogLevel.Critical, "Nobody consumes {Queue}, though the broker is there: {Service} ends, to be started again.")]
    private partial void LogDeserted(string service, string queue);
}
