using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace LiaisonStation.Bench;

/// <summary>Stands between a client and PostgreSQL and counts round trips: each ends with the server's ReadyForQuery.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener _door = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly int _server;
    private readonly Task _serving;
    private long _roundTrips;

    public Wire(int server)
    {
        _server = server;
        _door.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_door.LocalEndpoint).Port;

    public long RoundTrips => Interlocked.Read(ref _roundTrips);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _door.Stop();
        await _serving;
        _ended.Dispose();
    }

    private async Task ServeAsync()
    {
        var sessions = new List<Task>();
        try
        {
            while (true)
            {
                sessions.Add(ServeAsync(await _door.AcceptTcpClientAsync(_ended.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(sessions);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        client.NoDelay = true;
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _server, _ended.Token);
            var up = client.GetStream().CopyToAsync(server.GetStream(), _ended.Token);
            await Task.WhenAny(up, DownAsync(server.GetStream(), client.GetStream()));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One side has gone; so does the other.
        }
        finally
        {
            client.Dispose();
        }
    }

    private async Task DownAsync(NetworkStream from, NetworkStream to)
    {
        const int head = 5;
        var message = new byte[64 * 1024];
        while (true)
        {
            await from.ReadExactlyAsync(message.AsMemory(0, head), _ended.Token);
            var left = BinaryPrimitives.ReadInt32BigEndian(message.AsSpan(1)) - 4;
            if (message[0] == (byte)'Z')
            {
                Interlocked.Increment(ref _roundTrips);
            }

            for (var held = head; ; held = 0)
            {
                var part = Math.Min(left, message.Length - held);
                await from.ReadExactlyAsync(message.AsMemory(held, part), _ended.Token);
                await to.WriteAsync(message.AsMemory(0, held + part), _ended.Token);
                if ((left -= part) == 0)
                {
                    break;
                }
            }
        }
    }
}
