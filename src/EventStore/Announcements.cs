using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>
/// Tells every replica that events were committed: after the commit, from a session of its own, at most every 20 ms. A NOTIFY
/// inside the append would make writers wait for each other.
/// </summary>
public sealed class Announcer(StoreDatabase database) : BackgroundService
{
    internal const string Topic = "ls_events";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Channel<bool> _wanted = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    internal void Announce() => _wanted.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        NpgsqlConnection? session = null;
        try
        {
            while (await _wanted.Reader.WaitToReadAsync(stoppingToken))
            {
                _wanted.Reader.TryRead(out _);
                try
                {
                    session ??= await database.ConnectAloneAsync(database.App, stoppingToken);
                    await session.Run($"notify {Topic}", stoppingToken);
                }
                catch (Exception e) when (e is NpgsqlException or TimeoutException)
                {
                    // Followers also look by themselves every second.
                    await (session?.DisposeAsync() ?? ValueTask.CompletedTask);
                    session = null;
                }

                await Task.Delay(Pause, stoppingToken);
            }
        }
        finally
        {
            await (session?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }
}

/// <summary>Hears the announcements of all replicas for this one's followers.</summary>
internal sealed class AnnouncementListener(StoreDatabase database, LogReader log) : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WhenOpen(stoppingToken);
        while (true)
        {
            try
            {
                await using var session = await database.ConnectAloneAsync(database.Reader, stoppingToken);
                await session.Run($"listen {Announcer.Topic}", stoppingToken);
                while (true)
                {
                    await session.WaitAsync(stoppingToken);
                    log.Announced();
                }
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                await Task.Delay(Retry, stoppingToken);
            }
        }
    }
}
