using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LiaisonStation.AppHost.Hosting;

public static class LoopbackPort
{
    // Below the range from which the kernel takes the local ports of outgoing connections: a server that restarts on
    // its port must not find a client sitting on it.
    private const int First = 20000;
    private const int Last = 31999;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>A port on 127.0.0.1 that nobody listens on and that this process has not given out yet.</summary>
    public static int Free()
    {
        for (var tries = 0; tries < 1000; tries++)
        {
            var port = Random.Shared.Next(First, Last + 1);
            if (IsFree(port) && Given.TryAdd(port, true))
            {
                return port;
            }
        }

        throw new ServerException($"No free port between {First} and {Last} on 127.0.0.1.");
    }

    public static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public static async Task<bool> AnswersAsync(int port, CancellationToken cancel = default)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, limit.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return false;
        }
    }

    /// <summary>The port kept in this file from the last time where it is still free, else a new one, kept.</summary>
    internal static int Kept(string file)
    {
        if (File.Exists(file)
            && int.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var kept)
            && IsFree(kept)
            && Given.TryAdd(kept, true))
        {
            return kept;
        }

        var port = Free();
        File.WriteAllText(file, port.ToString(CultureInfo.InvariantCulture));
        return port;
    }
}
