using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LiaisonStation.Gateway.Tests;

public sealed class ForwarderTests
{
    [Fact]
    public async Task a_call_arrives_with_its_path_query_body_and_headers_and_its_answer_comes_back()
    {
        (string Path, string Query, IHeaderDictionary Headers, string Body) seen = ("", "", new HeaderDictionary(), "");
        await using var house = await House.Open(app => app.MapPost("/appeals/{id}/acceptance", async (HttpContext http) =>
        {
            var body = await new StreamReader(http.Request.Body).ReadToEndAsync();
            seen = (http.Request.Path.Value!, http.Request.QueryString.Value!, new HeaderDictionary(http.Request.Headers.ToDictionary()), body);
            http.Response.Headers.ETag = "\"4\"";
            http.Response.Headers.Location = "/appeals/7";
            return Results.Json(new { 好 = true }, statusCode: 201);
        }));
        await house.SignedIn();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/intake/appeals/象 山;v=1/acceptance?q=%E9%97%AE&a=1%2F2&empty")
        {
            Content = new StringContent("""{"意见":"路灯不亮"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("If-Match", "\"3\"");
        request.Headers.Add("Idempotency-Key", "k-1");
        request.Headers.Add("Acting-Role", "Deputy");
        request.Headers.Add("Cookie", "secret=1");
        request.Headers.Add("X-Forwarded-For", "10.0.0.1");
        request.Headers.Add("Connection", "X-Only-Here");
        request.Headers.Add("X-Only-Here", "1");
        request.Headers.Add("TE", "trailers");

        var answer = await house.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("/appeals/象 山;v=1/acceptance", seen.Path);
        Assert.Equal("?q=%E9%97%AE&a=1%2F2&empty", seen.Query);
        Assert.Equal("""{"意见":"路灯不亮"}""", seen.Body);
        Assert.Equal("\"3\"", seen.Headers.IfMatch);
        Assert.Equal("k-1", seen.Headers["Idempotency-Key"]);
        Assert.Equal("Deputy", seen.Headers["Acting-Role"]);
        Assert.Equal("application/json; charset=utf-8", seen.Headers.ContentType);
        foreach (var name in (string[])["Cookie", "X-Forwarded-For", "X-Only-Here", "TE"])
        {
            Assert.False(seen.Headers.ContainsKey(name), name);
        }

        Assert.Equal("\"4\"", answer.Headers.ETag!.Tag);
        Assert.Equal("/api/intake/appeals/7", answer.Headers.Location!.OriginalString);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Contains("好", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_trace_goes_on_and_the_request_id_is_kept()
    {
        string? trace = null, id = null;
        await using var house = await House.Open(app => app.MapGet("/x", (HttpRequest request) =>
        {
            trace = request.Headers.TraceParent;
            id = request.Headers["X-Request-Id"];
        }));
        await house.SignedIn();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/intake/x");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        request.Headers.Add("X-Request-Id", "call-1");
        // This client's own handler would put another trace in its place.
        using var plain = new HttpMessageInvoker(new SocketsHttpHandler { ActivityHeadersPropagator = null });
        request.RequestUri = new Uri(house.Root + "/api/intake/x");
        request.Headers.Authorization = house.Client.DefaultRequestHeaders.Authorization;

        var answer = await plain.SendAsync(request, default);

        Assert.Equal("0af7651916cd43dd8448eb211c80319c", ActivityContext.Parse(trace!, null).TraceId.ToString());
        Assert.NotEqual("b7ad6b7169203331", ActivityContext.Parse(trace!, null).SpanId.ToString());
        Assert.Equal("call-1", id);
        Assert.Equal("call-1", answer.Headers.GetValues("X-Request-Id").Single());
    }

    [Fact]
    public async Task an_answer_streams_through_piece_by_piece()
    {
        var goOn = new TaskCompletionSource();
        await using var house = await House.Open(app => app.MapGet("/stream", async (HttpResponse response) =>
        {
            await response.WriteAsync("一");
            await response.Body.FlushAsync();
            await goOn.Task;
            await response.WriteAsync("二");
        }));
        await house.SignedIn();

        using var answer = await house.Client.GetAsync("/api/intake/stream", HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        var first = new byte[3];
        await stream.ReadExactlyAsync(first).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("一", Encoding.UTF8.GetString(first));
        goOn.SetResult();
        Assert.Equal("二", await new StreamReader(stream).ReadToEndAsync());
    }

    [Fact]
    public async Task a_body_streams_through_piece_by_piece()
    {
        var arrived = new TaskCompletionSource<string>();
        await using var house = await House.Open(app => app.MapPost("/imports", async (HttpRequest request) =>
        {
            var first = new byte[3];
            await request.Body.ReadExactlyAsync(first);
            arrived.SetResult(Encoding.UTF8.GetString(first));
            return await new StreamReader(request.Body).ReadToEndAsync();
        }));
        await house.SignedIn();
        var pieces = new Pieces();

        var call = house.Client.PostAsync("/api/intake/imports", pieces);
        await pieces.Write("一");
        Assert.Equal("一", await arrived.Task.WaitAsync(TimeSpan.FromSeconds(10)));
        await pieces.Write("二");
        pieces.End();

        Assert.Equal("二", await (await call).Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/api/intake//evil.example/x", 400)]
    [InlineData("/api/intake/a//b", 400)]
    [InlineData("/api/intake/a%2Fb", 400)]
    [InlineData("/api/intake/%2e%2e%2fhealth", 400)]
    [InlineData("/api/intake/a/..%5C..%5Chealth", 400)]
    [InlineData("/api/intake/a%252Fb", 400)]
    [InlineData("/api/intake/x/../health", 404)]
    [InlineData("/api/intake/x/%2e%2e/health", 404)]
    [InlineData("/api/intake/health", 404)]
    [InlineData("/api/intake/HEALTH", 404)]
    [InlineData("/api/intake/alive", 404)]
    [InlineData("/api/intake/openapi/v1.json", 404)]
    [InlineData("/api/intake/%68istory/01900000-0000-7000-8000-000000000001", 404)]
    [InlineData("/api/intake/worklist", 404)]
    [InlineData("/api/intake/worklist?size=1", 404)]
    [InlineData("/api/intake/registry/sign-in/zhang", 404)]
    [InlineData("/api/intake/Registry/Sign-In/zhang", 404)]
    [InlineData("/api/intake/../../registry/sign-in/zhang", 404)]
    [InlineData("/api/elsewhere/x", 404)]
    [InlineData("/api/gateway/x", 404)]
    public async Task a_path_that_is_not_plain_or_not_for_people_never_leaves_the_door(string path, int status)
    {
        var reached = false;
        await using var house = await House.Open(app => app.Use((HttpContext http, RequestDelegate next) =>
        {
            reached |= !http.Request.Path.StartsWithSegments("/registry/sign-in") || http.Request.Headers["X-Test"] == "1";
            return next(http);
        }));
        await house.SignedIn();

        // A raw request: HttpClient would straighten the path.
        var answer = await Raw(house, $"GET {path} HTTP/1.1\r\nX-Test: 1\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.False(reached);
    }

    [Fact]
    public async Task what_intake_shows_of_the_registry_to_its_offices_is_not_cut_off()
    {
        await using var house = await House.Open();
        await house.SignedIn();
        Assert.Equal(HttpStatusCode.OK, (await house.Client.GetAsync("/api/intake/registry/people")).StatusCode);
    }

    [Theory]
    [InlineData("/api/intake/appeals")]
    [InlineData("/api/worklist")]
    [InlineData("/api/cases/1")]
    [InlineData("/api/cases/1/history")]
    [InlineData("/api/elsewhere/x")]
    public async Task nobody_gets_through_without_a_token(string path)
    {
        await using var house = await House.Open();

        var answer = await house.Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal("sign-in-required", await answer.Code());
        house.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "no.real.token");
        Assert.Equal(HttpStatusCode.Unauthorized, (await house.Client.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task a_service_that_cannot_be_reached_is_named()
    {
        await using var house = await House.Open(settings: new() { ["services:supervision:http:0"] = Neighbour.Nowhere() });
        await house.SignedIn();

        var answer = await house.Client.PostAsync("/api/supervision/orders", new StringContent("{}"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        var problem = await answer.Content.ReadAsStringAsync();
        Assert.Contains("\"service-unreachable\"", problem, StringComparison.Ordinal);
        Assert.Contains("\"service\":\"supervision\"", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", problem, StringComparison.Ordinal);
        // Not configured at all is the same to a caller.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await house.Client.GetAsync("/api/evaluation/reviews")).StatusCode);
    }

    [Fact]
    public async Task a_call_waits_a_moment_for_a_service_that_is_just_coming_up()
    {
        var root = Neighbour.Nowhere();
        await using var house = await House.Open(settings: new() { ["services:supervision:http:0"] = root });
        await house.SignedIn();

        var call = house.Client.GetAsync("/api/supervision/x");
        await using var late = await Neighbour.Start(app => app.MapGet("/x", () => "到"), new Uri(root).Port);

        Assert.Equal("到", await (await call).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task replicas_take_turns_and_one_that_refuses_is_passed_over()
    {
        var counts = new int[2];
        await using var first = await Neighbour.Start(app => app.MapPost("/x", () => Interlocked.Increment(ref counts[0])));
        await using var second = await Neighbour.Start(app => app.MapPost("/x", () => Interlocked.Increment(ref counts[1])));
        await using var house = await House.Open(settings: new()
        {
            ["services:supervision:http:0"] = first.Root,
            ["services:supervision:http:1"] = Neighbour.Nowhere(),
            ["services:supervision:http:2"] = second.Root,
        });
        await house.SignedIn();

        for (var n = 0; n < 12; n++)
        {
            Assert.Equal(HttpStatusCode.OK, (await house.Client.PostAsync("/api/supervision/x", null)).StatusCode);
        }

        Assert.Equal(12, counts.Sum());
        Assert.All(counts, count => Assert.InRange(count, 4, 8));
    }

    [Fact]
    public async Task a_write_that_was_sent_is_not_sent_again()
    {
        // A service that dies over the second call on a kept connection: the handler by itself would send anew what has no body.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var times = 0;
        var dying = Task.Run(async () =>
        {
            while (true)
            {
                using var connection = await listener.AcceptTcpClientAsync();
                using var reader = new StreamReader(connection.GetStream());
                while (await Head(reader) is { } head && head.StartsWith("GET", StringComparison.Ordinal))
                {
                    await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
                }

                Interlocked.Increment(ref times);
            }
        });
        await using var house = await House.Open(settings: new() { ["services:supervision:http:0"] = $"http://{listener.LocalEndpoint}" });
        await house.SignedIn();
        Assert.Equal(HttpStatusCode.OK, (await house.Client.GetAsync("/api/supervision/warm")).StatusCode);

        var answer = await house.Client.PostAsync("/api/supervision/dies", null);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal("service-broke-off", await answer.Code());
        Assert.Equal(1, times);
        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => dying);

        static async Task<string?> Head(StreamReader reader)
        {
            var first = await reader.ReadLineAsync();
            for (var line = first; line is { Length: > 0 }; line = await reader.ReadLineAsync())
            {
            }

            return first;
        }
    }

    [Fact]
    public async Task a_service_that_says_nothing_for_too_long_is_given_up()
    {
        await using var house = await House.Open(
            app => app.MapGet("/slow", (HttpContext http) => Task.Delay(TimeSpan.FromMinutes(1), http.RequestAborted)),
            new() { ["Forwarding:Silence"] = "00:00:00.5" });
        await house.SignedIn();

        var answer = await house.Client.GetAsync("/api/intake/slow");

        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.Equal("service-silent", await answer.Code());
    }

    [Fact]
    public async Task a_caller_who_leaves_ends_the_call_behind_the_door()
    {
        var (began, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var house = await House.Open(app => app.MapGet("/long", async (HttpContext http) =>
        {
            http.RequestAborted.Register(() => ended.TrySetResult());
            await http.Response.WriteAsync("x");
            await http.Response.Body.FlushAsync();
            began.SetResult();
            await Task.Delay(TimeSpan.FromMinutes(1), http.RequestAborted);
        }));
        await house.SignedIn();
        using var leaving = new CancellationTokenSource();

        var call = house.Client.GetAsync("/api/intake/long", leaving.Token);
        await began.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task half_an_answer_does_not_look_like_a_whole_one()
    {
        await using var house = await House.Open(app => app.MapGet("/half", async (HttpContext http) =>
        {
            await http.Response.WriteAsync("半");
            await http.Response.Body.FlushAsync();
            http.Abort();
        }));
        await house.SignedIn();

        await Assert.ThrowsAsync<HttpRequestException>(() => house.Client.GetStringAsync("/api/intake/half"));
    }

    [Theory]
    [InlineData("/api/intake/imports", 64L * 1024 * 1024 + 1, false)]
    [InlineData("/api/intake/imports", 64L * 1024 * 1024 + 1, true)]
    [InlineData("/api/intake/appeals", 4L * 1024 * 1024 + 1, false)]
    [InlineData("/api/intake/appeals", 4L * 1024 * 1024 + 1, true)]
    public async Task a_body_that_is_too_large_is_refused(string path, long size, bool chunked)
    {
        await using var house = await House.Open(app => app.MapPost("/{**any}", async (HttpRequest request) =>
        {
            request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
            await request.Body.CopyToAsync(Stream.Null);
            return "ok";
        }));
        await house.SignedIn();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new Zeros(size, chunked) };
        request.Headers.ExpectContinue = true;

        var answer = await house.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("too-large", await answer.Code());
    }

    [Theory]
    [InlineData("imports")]
    [InlineData("files")]
    public async Task a_file_of_many_megabytes_passes_whole(string where)
    {
        await using var house = await House.Open(app => app.MapPost($"/{where}", async (HttpRequest request) =>
        {
            long length = 0;
            var buffer = new byte[65536];
            for (int read; (read = await request.Body.ReadAsync(buffer)) > 0;)
            {
                length += read;
            }

            return length;
        }));
        await house.SignedIn();

        var answer = await house.Client.PostAsync($"/api/intake/{where}", new Zeros(60L * 1024 * 1024, chunked: false));

        Assert.Equal((60L * 1024 * 1024).ToString(System.Globalization.CultureInfo.InvariantCulture), await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("http://{own}/appeals/1?a=b", "/api/intake/appeals/1?a=b")]
    [InlineData("/appeals/1", "/api/intake/appeals/1")]
    [InlineData("https://elsewhere.example/x", "https://elsewhere.example/x")]
    [InlineData("//elsewhere.example/x", "//elsewhere.example/x")]
    public async Task a_location_is_given_as_seen_from_outside(string said, string seen)
    {
        await using var house = await House.Open(app => app.MapGet("/x", (HttpContext http) =>
        {
            http.Response.Headers.Location = said.Replace("{own}", http.Request.Host.Value, StringComparison.Ordinal);
        }));
        await house.SignedIn();
        Assert.Equal(seen, (await house.Client.GetAsync("/api/intake/x")).Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(304)]
    [InlineData(404)]
    [InlineData(422)]
    [InlineData(503)]
    public async Task a_services_status_comes_through_as_it_is(int status)
    {
        await using var house = await House.Open(app => app.MapGet("/x", (HttpResponse response) =>
        {
            response.StatusCode = status;
        }));
        await house.SignedIn();
        var answer = await house.Client.GetAsync("/api/intake/x");
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task what_a_fault_says_of_itself_stays_inside()
    {
        await using var house = await House.Open(app => app.MapGet("/x", (HttpContext http) =>
            Results.Text($"at Program.cs: {http.Request.Headers.Authorization}", "application/problem+json", statusCode: 500)));
        await house.SignedIn();

        var answer = await house.Client.GetAsync("/api/intake/x");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        var said = await answer.Content.ReadAsStringAsync();
        Assert.Contains("\"internal-error\"", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Bearer", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_fault_that_has_a_code_keeps_it_with_its_words_and_nothing_else()
    {
        await using var house = await House.Open(app => app.MapGet("/x", (HttpContext http) => Results.Problem(
            detail: http.Request.Headers.Authorization, statusCode: 500, title: "文件损坏", extensions: new Dictionary<string, object?>
            {
                ["code"] = "file-broken",
                ["words"] = new { zh = "文件损坏", en = "The file is broken" },
                ["exception"] = $"{http.Request.Headers.Authorization}",
            })));
        await house.SignedIn();

        var answer = await house.Client.GetAsync("/api/intake/x");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        var said = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("Bearer", said, StringComparison.Ordinal);
        var problem = JsonDocument.Parse(said).RootElement;
        Assert.Equal(
            ("file-broken", "intake", "文件损坏", "The file is broken"),
            (problem.GetProperty("code").GetString(), problem.GetProperty("service").GetString(), problem.GetProperty("title").GetString(),
                problem.GetProperty("words").GetProperty("en").GetString()));
    }

    private static async Task<string> Raw(House house, string head)
    {
        using var socket = new TcpClient();
        var at = new Uri(house.Root);
        await socket.ConnectAsync(at.Host, at.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"{head}Host: {at.Authority}\r\nAuthorization: {house.Client.DefaultRequestHeaders.Authorization}\r\nConnection: close\r\n\r\n"));
        return await new StreamReader(stream).ReadToEndAsync();
    }

    private sealed class Pieces : HttpContent
    {
        private readonly System.Threading.Channels.Channel<string> _pieces = System.Threading.Channels.Channel.CreateUnbounded<string>();

        public ValueTask Write(string piece) => _pieces.Writer.WriteAsync(piece);

        public void End() => _pieces.Writer.Complete();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await foreach (var piece in _pieces.Reader.ReadAllAsync())
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(piece));
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class Zeros(long size, bool chunked) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var block = new byte[65536];
            for (var left = size; left > 0; left -= block.Length)
            {
                await stream.WriteAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)));
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = size;
            return !chunked;
        }
    }
}
