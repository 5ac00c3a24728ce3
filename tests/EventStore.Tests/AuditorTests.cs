using System.Text.Json.Nodes;
using Npgsql;
using static LiaisonStation.EventStore.Tests.Meters;

namespace LiaisonStation.EventStore.Tests;

/// <summary>The auditor's program as a process of its own; the service has ended and its private key is not to be had.</summary>
[Collection(nameof(Server))]
public sealed class AuditorTests(Server server)
{
    [Fact]
    public async Task with_the_public_key_alone_it_finds_the_log_intact_then_broken_and_says_when_it_could_not_look()
    {
        var (log, key) = await SignedAsync();
        var (code, output, error) = await RunAsync(log, "verify", "metering", "--key", key, "--checkpoints", log.CheckpointFolder);
        Assert.True(code == 0, output + error);
        Assert.Contains("结论：完好 / Verdict: intact", output, StringComparison.Ordinal);
        Assert.Contains($"_auditor", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Password", output + error, StringComparison.OrdinalIgnoreCase);

        var held = Directory.GetFiles(log.CheckpointFolder).Single();
        Assert.Equal(0, (await RunAsync(log, "verify", "metering", "--key", key, "--held", held)).Code);
        await log.RunAsync(
            "alter table mt_events disable trigger ls_no_change; update mt_events set data = '{\"value\": 99}' where seq_id = 2");
        (code, output, _) = await RunAsync(log, "verify", "metering", "--key", key, "--held", held, "--json");
        Assert.Equal(1, code);
        var verdict = JsonNode.Parse(output)!;
        Assert.False((bool)verdict["intact"]!);
        Assert.Equal("Altered", (string)verdict["report"]!["breaks"]![0]!["kind"]!);
        Assert.Equal(2, (long)verdict["report"]!["breaks"]![0]!["sequence"]!);

        Assert.Equal(2, (await RunAsync(log, "verify", "other", "--key", key)).Code);
        Assert.Equal(2, (await RunAsync(log, "verify", "metering", "--key", held)).Code);
        Assert.Equal(2, (await RunAsync(log, "verify")).Code);
    }

    [Fact]
    public async Task an_event_that_others_wrote_is_listed_signed_for_by_number_and_then_accepted()
    {
        var (log, key) = await SignedAsync(unchained: true);
        var countys = Path.Combine(Server.Evidence, $"{Guid.NewGuid():N}.pem");
        var verifier = Path.ChangeExtension(countys, ".verifier");
        await File.WriteAllTextAsync(verifier, (await RunAsync(log, "key", countys)).Output);
        string[] with = ["metering", "--key", key, "--checkpoints", log.CheckpointFolder, "--accept-key", verifier];
        Assert.Equal(1, (await RunAsync(log, ["verify", .. with])).Code);
        var (code, output, _) = await RunAsync(log, ["accept", .. with]);
        Assert.Equal(0, code);
        Assert.StartsWith("3 meter_installed 330225100 ", output, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync(log, ["accept", .. with, "--sign-with", countys, "--event", "2"])).Code);
        Assert.Equal(0, (await RunAsync(log, ["accept", .. with, "--sign-with", countys, "--event", "3"])).Code);
        Assert.Equal(0, (await RunAsync(log, ["verify", .. with])).Code);
    }

    [Fact]
    public async Task the_auditors_role_reads_every_township_and_a_role_that_does_not_is_refused()
    {
        var (log, _) = await SignedAsync();
        var (source, role) = await AuditorAccess.OpenAsync(log.SuperuserString, "metering", default);
        await using (source)
        {
            await using var session = await source.OpenConnectionAsync();
            Assert.Equal($"{session.Database}_auditor", role);
            Assert.Equal(2, await session.Scalar<long>($"select count(*) from mt_events", default));
        }

        var superuser = new NpgsqlConnectionStringBuilder(log.SuperuserString);
        var app = $"{superuser.Database}_app";
        await Assert.ThrowsAsync<StoreSetupException>(() => AuditorAccess.OpenAsync(
            new NpgsqlConnectionStringBuilder(log.SuperuserString)
            {
                Username = app,
                Password = StoreRoles.Password(superuser.Password!, app),
            }.ConnectionString,
            "metering", default));
    }

    private async Task<(Replica Log, string Key)> SignedAsync(bool unchained = false)
    {
        var replica = await Replica.StartAsync(server);
        await using (replica)
        {
            var meter = await replica.InstalledAsync();
            await replica.Store.Write(Meter, meter, Cause(), Read(5));
            if (unchained)
            {
                await using var app = await replica.Database.App.OpenConnectionAsync();
                await SlowWriter.AppendAsync(app, Guid.CreateVersion7(), "meter_installed");
            }

            await replica.Get<Checkpoints>().SignNowAsync();
            var key = Path.Combine(Server.Evidence, $"{Guid.NewGuid():N}.key");
            await File.WriteAllTextAsync(key, replica.Get<Checkpoints>().Key.Verifier("330225/metering"));
            File.Delete(Path.Combine(Path.GetDirectoryName(replica.CheckpointFolder)!, "key.pem"));
            return (replica, key);
        }
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(Replica log, params string[] arguments) => Programs.RunAsync(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "LiaisonStation.Auditor.dll"), .. arguments],
        ("ConnectionStrings__metering", log.SuperuserString));
}
