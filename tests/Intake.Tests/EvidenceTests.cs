using System.Net;
using System.Net.Http.Json;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;

namespace LiaisonStation.Intake.Tests;

[Collection(nameof(Server))]
public sealed class EvidenceTests(Server server)
{
    [Fact]
    public async Task an_auditor_has_the_log_signed_and_verified_and_anybody_reads_the_checkpoint()
    {
        var folder = Directory.CreateTempSubdirectory("evidence-").FullName;
        try
        {
            await using var service = await Service.StartAsync(
                server.NewDatabase(), $"--Checkpoints:Folder={folder}", $"--Checkpoints:KeyPath={Path.Combine(folder, "key.pem")}",
                "--Checkpoints:Every=00:00:00");
            using var anybody = service.As(Guid.NewGuid(), "330225100", Role.Deputy);
            anybody.DefaultRequestHeaders.Authorization = null;
            using var auditor = service.As(Guid.NewGuid(), "330225000", Role.Auditor);
            Assert.Equal("404 no-checkpoint-yet", await anybody.GetAsync("/checkpoints").Refused());
            Assert.Equal("401 sign-in-required", await anybody.PostAsync("/checkpoints", null).Refused());
            Assert.Equal("401 sign-in-required", await anybody.GetAsync("/verification").Refused());
            using (var deputy = service.As(Guid.NewGuid(), "330225000", Role.Deputy))
            {
                Assert.Equal("403 role-not-allowed", await deputy.PostAsync("/checkpoints", null).Refused());
                Assert.Equal("403 role-not-allowed", await deputy.PostAsJsonAsync("/verification", new { }).Refused());
            }

            using (var townships = service.As(Guid.NewGuid(), "330225100", Role.Auditor))
            {
                Assert.Equal("403 county-auditors-only", await townships.PostAsJsonAsync("/verification", new { }).Refused());
            }

            var signed = await (await auditor.PostAsync("/checkpoints", null)).Content.ReadAsStringAsync();
            Assert.Equal(signed, await anybody.GetStringAsync("/checkpoints"));
            using var key = CheckpointKey.OfVerifier(await anybody.GetStringAsync("/checkpoints/key"));
            Assert.Equal("330225/intake", Checkpoint.Open(signed, "330225/intake", key).Origin);

            var started = await auditor.PostAsJsonAsync("/verification", new { checkpoints = (string[])[signed, signed.Replace("\n\n", "9\n\n", StringComparison.Ordinal)] });
            Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
            var state = await auditor.GetAsync("/verification").Done();
            for (var until = DateTime.UtcNow.AddSeconds(20); (bool)state["running"]! && DateTime.UtcNow < until;)
            {
                await Task.Delay(50);
                state = await auditor.GetAsync("/verification").Done();
            }

            Assert.Equal("CheckpointUnsigned", Assert.Single(state["report"]!["breaks"]!.AsArray())!.Text("kind"));
            Assert.False((bool)state["report"]!["intact"]!);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
