using Xunit.Abstractions;

namespace LiaisonStation.CaseLoop.Tests;

[Collection(nameof(Installed))]
public sealed class SampleImportTests(Installation installation, ITestOutputHelper output)
{
    private const int SampleRows = 700;
    private const string Station = "330225102-station";

    /// <summary>Real messages, for tests only; they lie beside the project, never in it.</summary>
    private static string? Sample
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                var file = Path.Combine(folder.FullName, "shared", "data", "citizen_messages_with_replies.csv");
                if (File.Exists(file))
                {
                    return file;
                }
            }

            return null;
        }
    }

    [Fact]
    public async Task every_row_of_the_sample_is_accounted_for_and_a_second_time_adds_nothing()
    {
        if (Sample is not { } sample)
        {
            output.WriteLine("Not run: the sample of real messages (shared/data) is not on this machine.");
            return;
        }

        using var door = new Door(installation);
        var file = await File.ReadAllBytesAsync(sample);
        await Imports("accepted");
        await Imports("duplicate");

        async Task Imports(string outcome)
        {
            var import = (await door.Upload(Station, "/api/intake/imports", "message-board", "citizen_messages_with_replies.csv", file))
                .GetProperty("id").GetGuid();
            var done = await Imported.Done(door, Station, import);
            Assert.Equal(SampleRows, done.GetProperty("total").GetInt32());
            Assert.Equal(SampleRows, done.GetProperty(outcome).GetInt32());
            var rows = await Imported.Rows(door, Station, import);
            Assert.Equal(SampleRows, rows.Count);
            Assert.All(rows, row => Assert.Equal(outcome, row.GetProperty("outcome").GetString()));
        }
    }
}
