using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using LiaisonStation.EventStore;
using Npgsql;

namespace LiaisonStation.Auditor;

/// <summary>Which log, and what the auditor holds against it.</summary>
internal sealed record Case(
    string Service, string County, FileInfo? Key, DirectoryInfo? Checkpoints, IReadOnlyList<FileInfo> Held, FileInfo? AcceptKey, bool Json)
{
    public string Origin => $"{County}/{Service}";

    public OutsideEvidence Outside() => new(
        Origin, Verifier(Key), Checkpoints is null ? null : new(Checkpoints.FullName), [.. Held.Select(f => File.ReadAllText(f.FullName))],
        Verifier(AcceptKey));

    private static CheckpointKey? Verifier(FileInfo? file) => file is null ? null : CheckpointKey.OfVerifier(File.ReadAllText(file.FullName));
}

internal static class Acts
{
    public const int Intact = 0;
    public const int Broken = 1;
    public const int NotVerified = 2;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>What could not be done is said in one line; nobody is to read it as a verdict.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> act)
    {
        try
        {
            return await act();
        }
        catch (Exception e) when (e is NpgsqlException or StoreSetupException or CheckpointException or IOException or UnauthorizedAccessException
            or TimeoutException or OperationCanceledException or ArgumentException or System.Security.Cryptography.CryptographicException)
        {
            await Console.Error.WriteLineAsync(Words.Both("NotVerified", e.Message));
            return NotVerified;
        }
    }

    public static async Task<int> VerifyAsync(Case of, CancellationToken stop)
    {
        var outside = of.Outside();
        var (log, role) = await OpenAsync(of, stop);
        await using (log)
        {
            await Console.Error.WriteLineAsync(Words.Both("Begin", of.Origin, role));
            var report = await new Verification(log, outside).RunAsync(new Shown(), stop);
            await Console.Error.WriteLineAsync();
            if (of.Json)
            {
                Console.WriteLine(JsonSerializer.Serialize(new Verdict(of.Origin, report.Intact, report), Json));
            }
            else
            {
                Say(report, outside);
            }

            return report.Intact ? Intact : Broken;
        }
    }

    /// <summary>Lists the events without a hash that no list names yet; with a key and their numbers, signs for them.</summary>
    public static async Task<int> AcceptAsync(Case of, FileInfo? signWith, IReadOnlyList<long> events, CancellationToken stop)
    {
        var outside = of.Outside();
        var found = new List<AcceptedEvent>();
        var (log, _) = await OpenAsync(of, stop);
        await using (log)
        {
            await new Verification(log, outside) { Unaccepted = found.Add }.RunAsync(new Shown(), stop);
            await Console.Error.WriteLineAsync();
        }

        foreach (var e in found)
        {
            Console.WriteLine($"{e.Sequence} {e.Type} {e.Tenant} {e.Stream} {e.Version} {e.Hash}");
        }

        if (signWith is null || events.Count == 0)
        {
            Console.WriteLine(Words.Both("Unaccepted", found.Count));
            return Intact;
        }

        if (events.Except(found.Select(e => e.Sequence)).ToArray() is { Length: > 0 } unknown)
        {
            await Console.Error.WriteLineAsync(Words.Both("NotAmongThem", string.Join(' ', unknown)));
            return NotVerified;
        }

        if (!signWith.Exists || outside.Folder is not { } folder)
        {
            await Console.Error.WriteLineAsync(Words.Both(signWith.Exists ? "NoFolder" : "NoKey"));
            return NotVerified;
        }

        using var key = CheckpointKey.At(signWith.FullName);
        var now = TimeProvider.System.GetUtcNow();
        var place = folder.AddAcceptList(now, AcceptList.Sign(of.Origin, now, found.Where(e => events.Contains(e.Sequence)), key));
        Console.WriteLine(Words.Both("Accepted", events.Count, place));
        return Intact;
    }

    /// <summary>Makes the county's key for accept-lists and says its public half.</summary>
    public static Task<int> KeyAsync(FileInfo file, string county)
    {
        using var key = CheckpointKey.At(file.FullName);
        Console.WriteLine(key.Verifier(AcceptList.Signer(county)));
        return Task.FromResult(Intact);
    }

    // By the environment, as services get it: what stands on a command line can be read by everybody on the machine.
    private static Task<(NpgsqlDataSource Log, string Role)> OpenAsync(Case of, CancellationToken stop) => AuditorAccess.OpenAsync(
        Environment.GetEnvironmentVariable($"ConnectionStrings__{of.Service}")
            ?? Environment.GetEnvironmentVariable("ConnectionStrings__postgres")
            ?? throw new StoreSetupException(Words.Both("NoConnection", of.Service)),
        of.Service, stop);

    private static void Say(VerificationReport report, OutsideEvidence outside)
    {
        foreach (var one in report.Breaks)
        {
            Console.WriteLine(Words.Both("Break", Words.Chinese(one.Kind.ToString()), one.Kind, one.Sequence, one.Tenant, one.Stream, one.Version));
            Console.WriteLine($"    {one.What}");
        }

        Console.WriteLine(Words.Both("Counted", report.Events, report.Sealed, report.Checkpoints, report.Accepted));
        Console.WriteLine(Words.Both(report.Intact ? "Intact" : "Broken", report.Breaks.Count));
        if (report.Intact && report.Checkpoints == 0)
        {
            Console.WriteLine(Words.Both(outside.Key is null ? "NoKeyGiven" : "NoCheckpoint"));
        }
    }

    private sealed record Verdict(string Origin, bool Intact, VerificationReport Report);

    /// <summary>One line, written over once a second; into a file only what was reached last.</summary>
    private sealed class Shown : IProgress<VerificationProgress>
    {
        private long _next;

        public void Report(VerificationProgress value)
        {
            if (Environment.TickCount64 < _next && value.Position < value.End)
            {
                return;
            }

            _next = Environment.TickCount64 + 1000;
            if (!Console.IsErrorRedirected || value.Position >= value.End)
            {
                Console.Error.Write("\r" + Words.Both("Progress", value.Events, value.Rate, value.Remaining));
            }
        }
    }
}
