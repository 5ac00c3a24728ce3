using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using static LiaisonStation.EventStore.Tests.Meters;

namespace LiaisonStation.EventStore.Tests;

[Collection(nameof(Server))]
[UnsupportedOSPlatform("windows")]
public sealed class CheckpointTests(Server server)
{
    [Fact]
    public void a_checkpoint_is_a_signed_note_of_five_lines_that_anyone_with_the_public_key_can_check()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = new CheckpointKey(ecdsa);
        var note = new Checkpoint("330225/intake", 7, MerkleTree.Empty, new(2026, 3, 1, 0, 0, 1, TimeSpan.Zero)).Sign(key);

        var lines = note.Split('\n');
        Assert.Equal(
            ["330225/intake", "7", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "2026-03-01T00:00:01.000000Z", ""], lines[..5]);
        Assert.StartsWith("\u2014 330225/intake ", lines[5], StringComparison.Ordinal);
        Assert.Equal(("", 7), (lines[6], lines.Length));

        var signature = Convert.FromBase64String(lines[5].Split(' ')[2]);
        var spki = ecdsa.ExportSubjectPublicKeyInfo();
        Assert.Equal(SHA256.HashData(spki)[..4], signature[..4]);
        Assert.True(ecdsa.VerifyData(
            Encoding.UTF8.GetBytes(string.Join('\n', lines[..4]) + "\n"), signature[4..], HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence));

        using var others = CheckpointKey.OfVerifier(key.Verifier("330225/intake"));
        var read = Checkpoint.Open(note, "330225/intake", others);
        Assert.Equal((7, "2026-03-01T00:00:01.000000Z"), (read.Size, Chain.Time(read.SignedAt)));
        Assert.Equal(read.Root, Checkpoint.Open(note + "\u2014 witness AAAAAAAA\n", "330225/intake", others).Root);
    }

    [Theory]
    [InlineData("\n7\n", "\n8\n")]
    [InlineData("00:00:01", "00:00:02")]
    [InlineData("47DE", "57DE")]
    [InlineData("330225/intake\n7", "330225/relay\n7")]
    [InlineData("\u2014 330225/intake", "\u2014 330225/relay")]
    [InlineData("\n\n", "\n")]
    [InlineData("\u2014 ", "- ")]
    public void a_checkpoint_with_anything_changed_is_refused(string part, string change)
    {
        using var key = new CheckpointKey(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var note = new Checkpoint("330225/intake", 7, MerkleTree.Empty, new(2026, 3, 1, 0, 0, 1, TimeSpan.Zero)).Sign(key);
        var changed = note.Replace(part, change, StringComparison.Ordinal);
        Assert.NotEqual(note, changed);
        Assert.Throws<CheckpointException>(() => Checkpoint.Open(changed, "330225/intake", key));
    }

    [Fact]
    public void a_key_file_is_made_for_its_owner_alone_and_refused_when_others_may_read_it()
    {
        var path = Path.Combine(Server.Evidence, $"keys-{Guid.NewGuid():N}", "key.pem");
        using (var made = CheckpointKey.At(path))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            using var again = CheckpointKey.At(path);
            Assert.Equal(made.Id, again.Id);
        }

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Equal(CheckpointFault.Key, Assert.Throws<CheckpointException>(() => CheckpointKey.At(path)).Fault);
    }

    [Fact]
    public async Task asked_for_one_everything_committed_is_in_it_and_the_next_extends_it()
    {
        await using var replica = await Replica.StartAsync(server);
        var (checkpoints, tree) = (replica.Get<Checkpoints>(), replica.Get<HashTree>());
        var meter = await replica.InstalledAsync();
        var first = Checkpoint.Open(await checkpoints.SignNowAsync(), "330225/metering", checkpoints.Key);
        Assert.Equal(1, first.Size);
        for (var i = 0; i < 4; i++)
        {
            await replica.Store.Write(Meter, meter, Cause(), Read(i));
        }

        var note = await checkpoints.SignNowAsync();
        var second = Checkpoint.Open(note, "330225/metering", checkpoints.Key);
        Assert.Equal(5, second.Size);
        Assert.True(MerkleTree.Extends(1, first.Root, 5, second.Root, await tree.ConsistencyAsync(1, 5)));
        Assert.Equal(note, checkpoints.Folder!.Latest());
        Assert.Equal(2, checkpoints.Folder.All().Count);
        Assert.All(Directory.GetFiles(replica.CheckpointFolder), f => Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(f)));
    }

    [Fact]
    public async Task a_log_that_has_grown_is_signed_without_being_asked_and_one_that_has_not_is_not()
    {
        await using var replica = await Replica.StartAsync(
            server.SuperuserString($"m{Guid.NewGuid():N}"), Module(), every: "00:00:00.2");
        await replica.InstalledAsync();
        var folder = replica.Get<Checkpoints>().Folder!;
        await Eventually.Holds(() => Task.FromResult(folder.All().Count == 1), "the first was signed");
        await Task.Delay(700);
        Assert.Single(folder.All());
        await replica.InstalledAsync();
        await Eventually.Holds(() => Task.FromResult(folder.All().Count == 2), "the second was signed");
    }
}
