using System.Diagnostics;
using Npgsql;

namespace LiaisonStation.EventStore.Tests;

/// <summary>Other programs, run to their end.</summary>
internal static class Programs
{
    /// <summary>A program of PostgreSQL's, beside the server that runs here.</summary>
    public static async Task RunAsync(string program, string superuser, params string[] arguments)
    {
        var to = new NpgsqlConnectionStringBuilder(superuser);
        var folder = Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last();
        var (code, _, error) = await RunAsync(
            Path.Combine(folder, "bin", program), arguments,
            ("PGHOST", to.Host!), ("PGPORT", $"{to.Port}"), ("PGUSER", to.Username!), ("PGPASSWORD", to.Password!));
        Assert.True(code == 0, error);
    }

    public static async Task<(int Code, string Output, string Error)> RunAsync(
        string program, IReadOnlyList<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, await error);
    }
}
