using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LiaisonStation.AppHost.Hosting;
using LiaisonStation.Contracts;
using LiaisonStation.ServiceDefaults;
using Microsoft.AspNetCore.Http;

namespace LiaisonStation.Intake.Tests;

[Collection(nameof(Server))]
public sealed class FileTests(Server server)
{
    private const string Here = "330225109";
    private const string Next = "330225110";
    private const string County = "330225000";
    private const int Chunk = 64 * 1024;
    private const int Sealed = 29;
    private const int Mebibyte = 1024 * 1024;
    private const string Words = "村口三盏路灯坏了半个月，老人晚上出门不便。";

    private static readonly Guid Clerk = Guid.CreateVersion7();
    private static readonly Guid Another = Guid.CreateVersion7();
    private static readonly object Decision = new { ground = "ConsentWithdrawn", documentNumber = "申请〔2026〕7号" };
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(100)]
    [InlineData(Chunk)]
    [InlineData(Chunk + 1)]
    [InlineData((3 * Chunk) - 7)]
    public async Task what_was_uploaded_is_downloaded_byte_for_byte_and_lies_nowhere_in_the_clear(int size)
    {
        var database = server.NewDatabase();
        await using var service = await Service.StartAsync(database);
        using var station = service.As(Clerk, Here, Role.Station);
        var content = Pdf(size);

        var stored = await Upload(station, content).Done();
        var sha256 = Hash(content);
        Assert.Equal((sha256, "application/pdf", $"{size}"), (stored.Text("sha256"), stored.Text("mediaType"), stored.Text("size")));
        Assert.Equal(
            [$"evidence_file|{Clerk}|application/pdf"],
            await service.Look("select s.type, headers->>'actor', data->'attachment'->>'mediaType' from mt_events join mt_streams s on s.id = stream_id"));

        using var answer = await station.GetAsync(At(sha256));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(content, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(("application/pdf", size), (answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentLength));
        Assert.Equal($"attachment; filename={sha256[..12]}.pdf; filename*=UTF-8''{sha256[..12]}.pdf", answer.Content.Headers.ContentDisposition!.ToString());
        Assert.Equal(("nosniff", "sandbox", $"\"{sha256}\""), (Header("X-Content-Type-Options"), Header("Content-Security-Policy"), Header("ETag")));
        using var again = new HttpRequestMessage(HttpMethod.Get, At(sha256)) { Headers = { IfNoneMatch = { new EntityTagHeaderValue($"\"{sha256}\"") } } };
        Assert.Equal(HttpStatusCode.NotModified, (await station.SendAsync(again)).StatusCode);

        var lying = Assert.Single(Lying(database));
        Assert.Equal(Path.Combine(Here, sha256[..2], sha256), Path.GetRelativePath(Service.FilesOf(database), lying));
        Assert.DoesNotContain("%PDF", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(lying)), StringComparison.Ordinal);
        Assert.Equal(-1, (await File.ReadAllBytesAsync(lying)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Words[..2])));

        string Header(string name) => answer.Headers.GetValues(name).Single();
    }

    [Fact]
    public async Task the_largest_file_goes_in_and_out_in_little_memory()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        await Upload(station, Pdf(100)).Done();
        var before = Held();
        var most = 0L;

        var given = new Photo(FileDraft.Largest, () => most = Math.Max(most, Held() - before));
        var sha256 = (await Upload(station, new StreamContent(given)).Done()).Text("sha256");

        using var answer = await station.GetAsync(At(sha256), HttpCompletionOption.ResponseHeadersRead);
        await using var content = await answer.Content.ReadAsStreamAsync();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Mebibyte];
        var size = 0;
        for (int read; (read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false)) > 0; size += read)
        {
            hash.AppendData(buffer, 0, read);
            most = Math.Max(most, Held() - before);
        }

        Assert.Equal((FileDraft.Largest, sha256), (size, Convert.ToHexStringLower(hash.GetHashAndReset())));
        Assert.InRange(most, 0, 8 * Mebibyte);

        // After one collection, where the framework's own forced one goes on to twenty.
        static long Held()
        {
            GC.Collect();
            return GC.GetTotalMemory(forceFullCollection: false);
        }
    }

    [Fact]
    public async Task what_is_larger_or_empty_or_of_another_kind_is_refused_and_leaves_nothing()
    {
        var database = server.NewDatabase();
        await using var service = await Service.StartAsync(database);
        using var station = service.As(Clerk, Here, Role.Station);

        Assert.Equal("413 too-large", await Upload(station, new StreamContent(new Photo(FileDraft.Largest + 1, () => { }))).Refused());
        Assert.Equal("422 file-empty", await Upload(station, []).Refused());

        // Neither a name nor what the sender says of it makes a photo of a page.
        var page = new ByteArrayContent(Encoding.UTF8.GetBytes("<html><script>alert(1)</script>")) { Headers = { ContentType = new("image/jpeg") } };
        Assert.Equal("422 file-type-not-allowed", await Upload(station, page, "照片.jpg").Refused());
        Assert.Equal("422 file-type-not-allowed", await Upload(station, Encoding.UTF8.GetBytes(Words)).Refused());

        Assert.Empty(Lying(database));
        Assert.Empty(await service.Look("select 1 from mt_events"));
        Assert.Empty(await service.LookIntoVault("select 1 from keys"));
    }

    [Fact]
    public async Task a_form_that_is_not_one_file_is_malformed()
    {
        var database = server.NewDatabase();
        await using var service = await Service.StartAsync(database);
        using var station = service.As(Clerk, Here, Role.Station);
        using var other = new MultipartFormDataContent { { new StringContent("x"), "note" } };
        using var two = new MultipartFormDataContent { { new ByteArrayContent(Pdf(100)), "file", "a" }, { new ByteArrayContent(Pdf(200)), "file", "b" } };
        var cut = new ByteArrayContent("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n%PDF-1.7"u8.ToArray())
        {
            Headers = { ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x") },
        };
        var unbounded = new ByteArrayContent([1]) { Headers = { ContentType = new("multipart/form-data") } };
        foreach (var form in (HttpContent[])[other, two, cut, unbounded])
        {
            Assert.Equal(["file: required"], (await station.PostAsync(new Uri("files", UriKind.Relative), form).Body()).Wrong());
        }

        Assert.Equal("415 media-type-not-supported", await station.PostAsJsonAsync("files", new { }).Refused());
        Assert.Empty(Lying(database));
    }

    [Fact]
    public async Task the_same_content_is_one_file_and_each_who_uploaded_it_may_read_it()
    {
        var database = server.NewDatabase();
        await using var service = await Service.StartAsync(database);
        using var resident = service.As(Clerk, Here, Role.Resident);
        using var handler = service.As(Another, Here, Role.HandlingUnit);
        var content = Pdf(1000);
        await Upload(resident, content).Done();
        var lying = await File.ReadAllBytesAsync(Lying(database).Single());
        Assert.Equal("404 not-found", await handler.GetAsync(At(Hash(content))).Refused());

        await Upload(resident, content).Done();
        Assert.Equal(["1"], await service.Look("select count(*) from mt_events"));
        await Upload(handler, content).Done();
        Assert.Equal([$"{Clerk}", $"{Another}"], await service.Look("select data->>'uploadedBy' from mt_events order by version"));
        Assert.Equal(content, await handler.GetByteArrayAsync(At(Hash(content))));
        Assert.Equal(content, await resident.GetByteArrayAsync(At(Hash(content))));

        // Not even twice the same lies there the same.
        Assert.NotEqual(lying, await File.ReadAllBytesAsync(Lying(database).Single()));
    }

    [Fact]
    public async Task an_idempotency_key_is_for_one_content()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        station.DefaultRequestHeaders.Add("Idempotency-Key", "photo-1");
        var first = await Upload(station, Pdf(100)).Done();
        Assert.Equal(first.ToJsonString(), (await Upload(station, Pdf(100)).Done()).ToJsonString());
        Assert.Equal("422 idempotency-key-reused", await Upload(station, Pdf(101)).Refused());
    }

    [Fact]
    public async Task a_file_is_read_by_who_uploaded_it_and_by_auditors_of_its_township_or_county()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        using var neighbour = service.As(Clerk, Next, Role.Station, Role.Auditor);
        using var auditor = service.As(Another, Here, Role.Auditor);
        using var countyAuditor = service.As(Another, County, Role.Auditor);
        using var otherCounty = service.As(Another, "330226000", Role.Auditor);
        var content = Pdf(100);
        await Upload(station, content).Done();

        Assert.Equal(content, await auditor.GetByteArrayAsync(At(Hash(content))));
        Assert.Equal(content, await countyAuditor.GetByteArrayAsync(At(Hash(content), Here)));
        Assert.Equal("404 not-found", await neighbour.GetAsync(At(Hash(content))).Refused());
        Assert.Equal("404 not-found", await neighbour.GetAsync(At(Hash(content), Here)).Refused());
        Assert.Equal("404 not-found", await otherCounty.GetAsync(At(Hash(content), Here)).Refused());
        Assert.Equal("404 not-found", await countyAuditor.GetAsync(At(Hash(content))).Refused());
        Assert.Equal("404 not-found", await station.GetAsync(At(Hash(content).ToUpperInvariant())).Refused());
        Assert.Equal("404 not-found", await station.GetAsync(At("..%2F..%2Fvault.keys")).Refused());

        Assert.Equal("422 township-required", await Upload(countyAuditor, content).Refused());
        await Upload(countyAuditor, new ByteArrayContent(content), township: Next).Done();
        Assert.Equal(content, await neighbour.GetByteArrayAsync(At(Hash(content))));
    }

    [Fact]
    public async Task whatever_was_done_to_a_file_on_the_disk_is_found_before_a_byte_is_answered()
    {
        var database = server.NewDatabase();
        await using var service = await Service.StartAsync(database);
        using var station = service.As(Clerk, Here, Role.Station);
        using var next = service.As(Clerk, Next, Role.Station);
        var (content, other) = (Pdf(3 * Chunk), Pdf((3 * Chunk) - 1, 'y'));
        await Upload(station, other).Done();
        await Upload(next, content).Done();
        var others = await File.ReadAllBytesAsync(Path.Combine(Service.FilesOf(database), Here, Hash(other)[..2], Hash(other)));
        var elsewhere = await File.ReadAllBytesAsync(Path.Combine(Service.FilesOf(database), Next, Hash(content)[..2], Hash(content)));
        var head = elsewhere.Length - (3 * (Chunk + Sealed));
        foreach (var (done, changed) in new (string, Func<byte[], byte[]>)[]
        {
            ("a byte of the head", whole => Flipped(whole, 40)),
            ("a byte of the first chunk", whole => Flipped(whole, head + 500)),
            ("the last byte", whole => Flipped(whole, whole.Length - 1)),
            ("cut", whole => whole[..^1]),
            ("cut at a chunk", whole => whole[..^(Chunk + Sealed)]),
            ("longer", whole => [.. whole, 0]),
            ("chunks exchanged", whole => [.. whole[..head], .. Of(whole, 1), .. Of(whole, 0), .. Of(whole, 2)]),
            ("another file's chunk", whole => [.. whole[..head], .. Of(others, 0), .. Of(whole, 1), .. Of(whole, 2)]),
            ("another file", _ => others),
            ("its own file of another township", _ => elsewhere),
            ("emptied", _ => []),
        })
        {
            // Whoever still has it mends what was done before.
            await Upload(station, content).Done();
            Assert.Equal(content, await station.GetByteArrayAsync(At(Hash(content))));

            var path = Path.Combine(Service.FilesOf(database), Here, Hash(content)[..2], Hash(content));
            await File.WriteAllBytesAsync(path, changed(await File.ReadAllBytesAsync(path)));
            Assert.Equal((done, "500 file-broken"), (done, await station.GetAsync(At(Hash(content))).Refused()));
        }

        await Upload(station, content).Done();
        Assert.Equal(content, await station.GetByteArrayAsync(At(Hash(content))));

        static byte[] Flipped(byte[] whole, int at)
        {
            byte[] changed = [.. whole];
            changed[at] ^= 1;
            return changed;
        }

        byte[] Of(byte[] file, int chunk) => file[(head + (chunk * (Chunk + Sealed)))..(head + ((chunk + 1) * (Chunk + Sealed)))];
    }

    [Fact]
    public async Task a_file_that_is_away_is_missing_and_a_folder_that_is_away_is_unavailable()
    {
        var database = server.NewDatabase();
        await using var service = await Service.StartAsync(database);
        using var station = service.As(Clerk, Here, Role.Station);
        var content = Pdf(100);
        await Upload(station, content).Done();
        Assert.Equal("Healthy", await Health());

        File.Delete(Lying(database).Single());
        Assert.Equal("404 file-missing", await station.GetAsync(At(Hash(content))).Refused());

        Directory.Delete(Service.FilesOf(database), recursive: true);
        Assert.Equal("503 files-unavailable", await station.GetAsync(At(Hash(content))).Refused());
        Assert.Equal("503 files-unavailable", await Upload(station, content).Refused());
        Assert.Equal("Unhealthy", await Health());
        Assert.False(Directory.Exists(Service.FilesOf(database)));

        Directory.CreateDirectory(Service.FilesOf(database));
        await File.WriteAllTextAsync(Path.Combine(Service.FilesOf(database), ".drafts"), "");
        Assert.Equal("503 files-unavailable", await Upload(station, content).Refused());
        Assert.Equal("Unhealthy", await Health());

        File.Delete(Path.Combine(Service.FilesOf(database), ".drafts"));
        await Upload(station, content).Done();
        Assert.Equal("Healthy", await Health());

        async Task<string> Health() => (await station.GetAsync(new Uri("health", UriKind.Relative)).Body())["checks"]!["files"]!.Text("status");
    }

    [Fact]
    public async Task a_full_disk_refuses_the_upload_and_keeps_nothing_of_it()
    {
        var database = server.NewDatabase();
        var folder = Service.FilesOf(database);
        Directory.CreateDirectory(folder);
        if (!await Ran("mount", "-t", "tmpfs", "-o", "size=1m", "none", folder))
        {
            // Only where the tests run as root is there a disk small enough to be filled.
            return;
        }

        try
        {
            await using var service = await Service.StartAsync(database);
            using var station = service.As(Clerk, Here, Role.Station);
            await Upload(station, Pdf(100)).Done();
            Assert.Equal("503 files-unavailable", await Upload(station, Pdf(2 * 1024 * 1024)).Refused());
            Assert.Single(Lying(database));
            Assert.Single(await service.Look("select 1 from mt_events"));
            await Upload(station, Pdf(200)).Done();
        }
        finally
        {
            Assert.True(await Ran("umount", folder));
        }
    }

    [Fact]
    public async Task what_a_killed_service_left_unfinished_is_cleared_away_at_the_start_and_what_another_writes_is_not()
    {
        var database = server.NewDatabase();
        await using var first = await Service.StartAsync(database);
        using var station = first.As(Clerk, Here, Role.Station);
        await Upload(station, Pdf(100)).Done();
        var drafts = Path.Combine(Service.FilesOf(database), ".drafts");
        await File.WriteAllTextAsync(Path.Combine(drafts, "left"), "half a photo");
        await using var writing = ((FileStore)first.Services.GetService(typeof(FileStore))!).Begin();
        Assert.Equal(2, Directory.GetFiles(drafts).Length);

        await using var second = await Service.StartAsync(database);
        Assert.NotEqual("left", Path.GetFileName(Assert.Single(Directory.GetFiles(drafts))));
        Assert.Equal(2, Lying(database).Count);
    }

    [Fact]
    public async Task an_erased_file_opens_nowhere_and_never_comes_back()
    {
        var database = server.NewDatabase();
        await using var service = await Service.StartAsync(database);
        using var station = service.As(Clerk, Here, Role.Station);
        using var office = service.As(Another, Here, Role.CongressOffice);
        using var next = service.As(Another, Next, Role.CongressOffice);
        using var neighbour = service.As(Clerk, Next, Role.Station);
        var content = Pdf(100);
        await Upload(station, content).Done();
        var copy = await File.ReadAllBytesAsync(Lying(database).Single());
        await Upload(neighbour, content).Done();
        Assert.Equal("403 role-not-allowed", await station.PostAsJsonAsync($"files/{Hash(content)}/erasure", Decision).Refused());
        Assert.Equal("404 not-found", await next.PostAsJsonAsync($"files/{Hash(Pdf(1))}/erasure", Decision).Refused());

        await office.PostAsJsonAsync($"files/{Hash(content)}/erasure", Decision).Done();

        Assert.Equal("410 file-erased", await station.GetAsync(At(Hash(content))).Refused());
        Assert.Equal("410 file-erased", await Upload(station, content).Refused());
        Assert.Equal(Next, Path.GetRelativePath(Service.FilesOf(database), Assert.Single(Lying(database)))[..9]);
        Assert.Equal(["1"], await service.LookIntoVault("select count(*) from keys where wrapped is null"));
        Assert.Equal(["0"], await service.Look("select count(*) from doomed_keys"));
        Assert.Equal(
            [$"{Another}|{{\"ground\": \"ConsentWithdrawn\", \"sha256\": \"{Hash(content)}\", \"documentNumber\": \"申请〔2026〕7号\"}}"],
            await service.Look("select headers->>'actor', data from mt_events where type = 'file_erased'"));

        // A backup of the folder brings nothing back either.
        var path = Path.Combine(Service.FilesOf(database), Here, Hash(content)[..2], Hash(content));
        await File.WriteAllBytesAsync(path, copy);
        Assert.Equal("410 file-erased", await station.GetAsync(At(Hash(content))).Refused());
        Assert.Equal("422 file-erased", await Objection(service, Here, Given(content)));

        await office.PostAsJsonAsync($"files/{Hash(content)}/erasure", Decision).Done();
        Assert.Equal("409 file-already-erased", await office.PostAsJsonAsync(
            $"files/{Hash(content)}/erasure", new { ground = "Unlawful", documentNumber = "另" }).Refused());
        Assert.Equal(["1"], await service.Look("select count(*) from mt_events where type = 'file_erased'"));
        Assert.Equal(content, await neighbour.GetByteArrayAsync(At(Hash(content))));
    }

    [Fact]
    public async Task what_is_erased_while_it_comes_in_again_does_not_stay()
    {
        var database = server.NewDatabase();
        await using var service = await Service.StartAsync(database);
        using var station = service.As(Clerk, Here, Role.Station);
        using var office = service.As(Another, Here, Role.CongressOffice);
        var sha256 = (await Upload(station, new StreamContent(new Photo(10 * Chunk, () => { }))).Done()).Text("sha256");
        var (begun, goOn) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        var again = Upload(station, new StreamContent(new Photo(10 * Chunk, () =>
        {
            begun.TrySetResult();
            goOn.Task.Wait();
        })));
        await begun.Task.WaitAsync(Limit);
        await office.PostAsJsonAsync($"files/{sha256}/erasure", Decision).Done();
        goOn.SetResult();
        Assert.Equal("410 file-erased", await again.Refused());
        Assert.Empty(Lying(database));
    }

    [Fact]
    public async Task while_the_vault_is_away_files_wait_and_an_erasure_is_finished_when_it_is_back()
    {
        await using var apart = await PostgresServer.StartTemporaryAsync();
        var database = server.NewDatabase();
        await using var service = await Service.StartAsync(
            database, $"--ConnectionStrings:vault={apart.ConnectionStringFor("vault")};Timeout=2");
        using var station = service.As(Clerk, Here, Role.Station);
        using var office = service.As(Another, Here, Role.CongressOffice);
        var content = Pdf(100);
        await Upload(station, content).Done();
        await apart.StopImmediateAsync();

        Assert.Equal("503 vault-unreachable", await station.GetAsync(At(Hash(content))).Refused());
        Assert.Equal("503 vault-unreachable", await Upload(station, Pdf(200)).Refused());
        using var accepted = await office.PostAsJsonAsync($"files/{Hash(content)}/erasure", Decision);
        Assert.Equal(202, (int)accepted.StatusCode);
        Assert.Equal("410 file-erased", await station.GetAsync(At(Hash(content))).Refused());
        Assert.Single(Lying(database));

        await apart.StartAsync();
        for (var clock = Stopwatch.StartNew(); (await service.Look("select 1 from doomed_keys")).Count > 0; await Task.Delay(50))
        {
            Assert.True(clock.Elapsed < Limit, "the key was not destroyed");
        }

        Assert.Empty(Lying(database));
    }

    [Fact]
    public async Task a_file_without_its_fact_can_be_erased_too()
    {
        var database = server.NewDatabase();
        await using var service = await Service.StartAsync(database);
        using var station = service.As(Clerk, Here, Role.Station);
        using var office = service.As(Another, Here, Role.CongressOffice);
        var content = Pdf(100);
        Directory.CreateDirectory(Path.Combine(Service.FilesOf(database), Here, Hash(content)[..2]));
        await File.WriteAllTextAsync(Path.Combine(Service.FilesOf(database), Here, Hash(content)[..2], Hash(content)), "");
        await office.PostAsJsonAsync($"files/{Hash(content)}/erasure", Decision).Done();
        Assert.Empty(Lying(database));
        Assert.Equal("410 file-erased", await Upload(station, content).Refused());
    }

    [Fact]
    public async Task a_command_names_only_files_that_were_uploaded_in_its_township_as_they_are()
    {
        await using var service = await Service.StartAsync(server.NewDatabase());
        using var station = service.As(Clerk, Here, Role.Station);
        var content = Pdf(100);
        await Upload(station, content).Done();
        var given = Given(content);

        Assert.Equal("", await Objection(service, Here));
        Assert.Equal("", await Objection(service, Here, given, given));
        foreach (var wrong in (Attachment[])
            [Given(Pdf(101)), given with { Size = 99 }, given with { MediaType = "image/png" }, given with { Sha256 = given.Sha256.ToUpperInvariant() }, given with { Sha256 = "../.drafts/x" }])
        {
            Assert.Equal("422 attachment-unknown", await Objection(service, Here, given, wrong));
        }

        Assert.Equal("422 attachment-unknown", await Objection(service, Next, given));
    }

    private static async Task<string> Objection(Service service, string township, params Attachment[] attachments)
    {
        var http = new DefaultHttpContext { RequestServices = service.Services };
        http.Features.Set(new Caller(Clerk, township, Role.Station, [Role.Station], null, []));
        return await http.Objection(attachments) is { } refusal
            ? $"{(refusal.Kind == EventStore.RefusalKind.Rule ? 422 : 0)} {refusal.Code}"
            : "";
    }

    private static Task<HttpResponseMessage> Upload(HttpClient by, byte[] content) => Upload(by, new ByteArrayContent(content));

    private static async Task<HttpResponseMessage> Upload(HttpClient by, HttpContent content, string name = "村口.pdf", string? township = null)
    {
        using var form = new MultipartFormDataContent { { content, "file", name } };
        return await by.PostAsync(new Uri($"files{(township is null ? "" : $"?township={township}")}", UriKind.Relative), form);
    }

    private static Uri At(string sha256, string? township = null) =>
        new($"files/{sha256}{(township is null ? "" : $"?township={township}")}", UriKind.Relative);

    private static List<string> Lying(string database) =>
        [.. Directory.EnumerateFiles(Service.FilesOf(database), "*", SearchOption.AllDirectories)];

    private static Attachment Given(byte[] content) => new(Hash(content), "application/pdf", content.Length);

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>The words over and over, up to this length.</summary>
    private static byte[] Pdf(int size, char with = 'x')
    {
        var words = Encoding.UTF8.GetBytes($"({Words}{with}) Tj\n");
        byte[] content = [.. "%PDF-1.7\n"u8, .. Enumerable.Repeat(words, (size / words.Length) + 1).SelectMany(w => w)];
        return content[..size];
    }

    private static async Task<bool> Ran(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    /// <summary>A photo as it comes from a camera, never whole in memory.</summary>
    private sealed class Photo(int size, Action eachMebibyte) : Stream
    {
        private int _at;
        private int _next = 1;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _at; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_at >= _next)
            {
                eachMebibyte();
                _next = _at + Mebibyte;
            }

            var read = Math.Min(count, size - _at);
            for (var i = 0; i < read; i++)
            {
                buffer[offset + i] = (byte)(_at + i < 3 ? 0xFFD8FF >> (8 * (2 - _at - i)) : (_at + i) * 31 >> 3);
            }

            _at += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
