using System.Globalization;
using System.Text;
using Npgsql;

namespace LiaisonStation.CaseLoop.Tests;

/// <summary>What a resident says, is called and can be reached by in these tests: to be found nowhere in the clear.</summary>
public static class Canary
{
    public const string Phone = "13955577123";

    /// <summary>What staff wrote in every case, and so stands in the clear: whoever does not find it does not search.</summary>
    public const string Witness = "久拖未决";
    private const string Latin = "QX7ZCkanari3";
    private const string Chinese = "金丝雀雀飞过";
    private const int Stretch = 4 * 1024 * 1024;

    private static readonly (string Form, byte[] Bytes)[] Forms =
    [
        .. new (string, string)[]
        {
            ("plain", Latin), ("plain", Chinese), ("plain", Phone),
            ("escaped", string.Concat(Chinese.Select(c => $"\\u{(int)c:x4}"))), ("escaped", string.Concat(Chinese.Select(c => $"\\u{(int)c:X4}"))),
            ("percent", Uri.EscapeDataString(Chinese)), ("hex", Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Latin))),
            ("hex", Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Chinese))),
        }.Select(f => ($"{f.Item1} {f.Item2}", Encoding.UTF8.GetBytes(f.Item2))),
        .. from what in new[] { Latin, Chinese, Phone } from shift in Enumerable.Range(0, 3) select Base64(what, shift),
    ];

    public static string Name => $"钱{Latin}";

    public static string Words(string words) => words + Chinese + Latin;

    /// <summary>The form in which a canary stands in it; null where none does.</summary>
    public static string? In(ReadOnlySpan<byte> bytes)
    {
        foreach (var (form, pattern) in Forms)
        {
            if (bytes.IndexOf(pattern) >= 0)
            {
                return form;
            }
        }

        return null;
    }

    /// <summary>Looks through every row of every table, every file, all output and everything exported.</summary>
    public static async Task<(IReadOnlyList<string> Found, string Searched)> Search(Installation installation)
    {
        var found = new List<string>(installation.Exported.Select(e => $"exported {e}"));
        var (rows, files, bytes, seen) = (0L, 0, 0L, 0);
        foreach (var database in await Column(installation.Superuser("postgres"), "select datname from pg_database where datname <> 'template0'"))
        {
            await using var connection = new NpgsqlConnection(installation.Superuser(database));
            await connection.OpenAsync();
            foreach (var table in await Column(
                installation.Superuser(database),
                "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace "
                + "where c.relkind in ('r', 'm', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')"))
            {
                await using var command = new NpgsqlCommand($"select t::text from {table} t", connection);
                await using var reader = await command.ExecuteReaderAsync();
                for (; await reader.ReadAsync(); rows++)
                {
                    var row = reader.GetString(0);
                    seen += row.Contains(Witness, StringComparison.Ordinal) ? 1 : 0;
                    if (In(Encoding.UTF8.GetBytes(row)) is { } form)
                    {
                        found.Add($"{database} {table}: {form}");
                    }
                }
            }
        }

        Assert.True(seen > 0, "The search of the tables does not find what stands there.");
        seen = 0;
        var output = Encoding.UTF8.GetBytes(installation.AllOutput);
        if (In(output) is { } said)
        {
            found.Add($"output: {said}");
        }

        foreach (var file in Directory.EnumerateFiles(installation.Folder, "*", SearchOption.AllDirectories))
        {
            try
            {
                var (size, witness) = await Search(file, found);
                (files, bytes, seen) = (files + 1, bytes + size, seen + (witness ? 1 : 0));
            }
            catch (IOException)
            {
                // Gone meanwhile, or no file: a lock, a pipe.
            }
        }

        Assert.True(seen > 0, "The search of the files does not find what stands there.");
        return (found, string.Create(
            CultureInfo.InvariantCulture,
            $"{rows} rows, {files} files of {bytes / 1_000_000} MB, {output.Length / 1000} kB of output, {installation.ExportedBytes / 1000} kB exported"));
    }

    private static async Task<(long Size, bool Witness)> Search(string file, List<string> found)
    {
        var seen = false;
        var longest = Forms.Max(f => f.Bytes.Length);
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var buffer = new byte[Stretch];
        var (kept, total) = (0, 0L);
        for (int read; (read = await stream.ReadAsync(buffer.AsMemory(kept))) > 0;)
        {
            var filled = kept + read;
            total += read;
            seen |= buffer.AsSpan(0, filled).IndexOf(Encoding.UTF8.GetBytes(Witness)) >= 0;
            if (In(buffer.AsSpan(0, filled)) is { } form)
            {
                found.Add($"{file}: {form}");
                break;
            }

            // One that lies across the border.
            kept = Math.Min(longest, filled);
            buffer.AsSpan(filled - kept, kept).CopyTo(buffer);
        }

        return (total, seen);
    }

    private static async Task<List<string>> Column(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }

    /// <summary>The middle of what it looks like inside a longer text's base64, for each of the three ways it can fall.</summary>
    private static (string, byte[]) Base64(string what, int shift)
    {
        byte[] bytes = [.. new byte[shift], .. Encoding.UTF8.GetBytes(what)];
        var middle = Convert.ToBase64String(bytes)[(shift == 0 ? 0 : 4)..(bytes.Length / 3 * 4)];
        return ($"base64 {what}", Encoding.ASCII.GetBytes(middle));
    }
}
