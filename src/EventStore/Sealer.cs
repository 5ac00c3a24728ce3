using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>Adds every event to the service's hash tree, in order of the log: one replica at a time, nothing ever passed over.</summary>
public sealed partial class Sealer(StoreDatabase database, LogReader log, HashTree tree, ILogger<Sealer> logger) : BackgroundService
{
    private const int PageSize = 1000;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    /// <summary>What holds it up here; null while it runs or another replica seals.</summary>
    public string? Trouble { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await using var leadership = await Leadership.AcquireAsync(database, "sealer", stoppingToken);
                using var leading = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, leadership.Lost);
                await FollowAsync(leadership, leading.Token);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Trouble = e is NotCanonicalException ? e.Message : e.GetType().Name;
                Interrupted(logger, e);
                await Task.Delay(Retry, stoppingToken);
            }
        }
    }

    private async Task FollowAsync(Leadership leadership, CancellationToken cancellation)
    {
        var (size, position) = await tree.SizeAsync(cancellation);
        var growing = await tree.GrowingAsync(size, cancellation);
        var unchained = new StreamEnds();
        while (true)
        {
            var (events, page) = await log.ReadHashesAsync(position, PageSize, cancellation);
            Trouble = null;
            if (events.Count == 0)
            {
                await log.WaitForNewEvents(page, cancellation);
                continue;
            }

            var first = growing.Size;
            var nodes = new List<byte[]>(events.Count);
            foreach (var e in events)
            {
                var hash = Hash256.Parse(e.Hash)
                    ?? await unchained.HashOfUnchainedAsync(database.Reader, e.Tenant, e.Stream, e.Version, cancellation);
                nodes.Add(growing.Add(MerkleTree.Leaf(e.Sequence, hash)));
            }

            await leadership.ExecuteAsync(
                batch => batch.Add(
                    $"""
                    insert into ls_hash_leaf (leaf, seq_id, nodes)
                    select {first} + e.place - 1, e.seq_id, e.nodes
                      from unnest({events.Select(e => e.Sequence).ToArray()}, {nodes.ToArray()})
                           with ordinality as e (seq_id, nodes, place)
                    """),
                cancellation);
            Faults.At?.Invoke(FaultPoint.Sealed);
            position = page.Position;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Sealing was interrupted and goes on from where it was.")]
    private static partial void Interrupted(ILogger logger, Exception cause);
}
