using System.Text;

namespace LiaisonStation.YearOfATownship.Tests;

/// <summary>Real messages, for tests only; they lie beside the project, never in it.</summary>
public sealed class Messages
{
    private readonly IReadOnlyList<string> _records;
    private int _next = 1;

    private Messages(IReadOnlyList<string> records) => _records = records;

    /// <summary>Null where they are not on this machine.</summary>
    public static Messages? Found()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", "data", "citizen_messages_with_replies.csv");
            if (File.Exists(file))
            {
                return new(Records(File.ReadAllText(file)));
            }
        }

        return null;
    }

    /// <summary>The next few, as a file with the header of its own.</summary>
    public byte[] Next(int count)
    {
        var file = string.Join('\n', [_records[0], .. _records.Skip(_next).Take(count)]);
        _next += count;
        return Encoding.UTF8.GetBytes(file);
    }

    // A record ends with a line that leaves no quotation open.
    private static List<string> Records(string text)
    {
        var (records, open) = (new List<string>(), "");
        foreach (var line in text.ReplaceLineEndings("\n").TrimStart('\uFEFF').Split('\n'))
        {
            open = open.Length == 0 ? line : $"{open}\n{line}";
            if (open.Count(c => c == '"') % 2 == 0)
            {
                if (open.Length > 0)
                {
                    records.Add(open);
                }

                open = "";
            }
        }

        return records;
    }
}
