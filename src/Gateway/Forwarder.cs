using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LiaisonStation.ServiceDefaults;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace LiaisonStation.Gateway;

/// <summary>Hands a call on to a service and its answer back, as it comes, with the inner token in the outer one's place.</summary>
internal sealed class Forwarder(Services services, ServiceClient client, Door door)
{
    private const long LargestPlainBody = 4L * 1024 * 1024;
    private const long AsksBeforeSending = 1024 * 1024;

    // How large a file may be, the service says.
    private static readonly string[] TakeFiles = ["/imports", "/files"];

    /// <summary>Between two neighbours only (RFC 9110 7.6.1), or set anew on each side.</summary>
    private static readonly HashSet<string> NotHandedOn = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade", "Host", "Expect", "Authorization", "Cookie", "Set-Cookie", "Server", "Forwarded", "Via",
        "traceparent", "tracestate", "baggage", "Request-Id", "Correlation-Context", RequestIds.Header,
    };

    public async Task<IResult> Forward(HttpContext http, string serviceName)
    {
        if (services.Named(serviceName) is not { } service)
        {
            return http.Problem(404, "not-found");
        }

        var decoded = http.Request.Path.Value!["/api/".Length..][serviceName.Length..];
        if (ForwardPath.Canonical(decoded) is not { } path)
        {
            return http.Problem(400, "path-not-plain");
        }

        if (ForwardPath.IsInternal(path))
        {
            return http.Problem(404, "not-found");
        }

        var largest = TakeFiles.Any(end => path.EndsWith(end, StringComparison.OrdinalIgnoreCase)) ? Gateway.LargestBody : LargestPlainBody;
        if (http.Request.ContentLength > largest)
        {
            return http.Problem(413, "too-large");
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = largest;
        }

        using var silence = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        silence.CancelAfter(door.Silence);
        ForwardedBody? body = null;
        try
        {
            var (answer, from) = await client.Send(
                service,
                replica =>
                {
                    var request = Request(http, replica, path, silence);
                    body = request.Content as ForwardedBody;
                    return request;
                },
                silence.Token);
            using (answer)
            {
                if (answer.StatusCode == HttpStatusCode.InternalServerError)
                {
                    // What a fault says of itself, a developer's page above all, may hold the inner token: it stays inside.
                    var fault = await Fault.Of(answer, silence.Token);
                    return http.Problem(500, fault?.Code ?? "internal-error", service.Name, words: fault?.Words);
                }

                await Answer(http, service, from, answer, silence);
            }

            return new AlreadyAnswered();
        }
        catch (Exception failure) when (
            failure is HttpRequestException or IOException or OperationCanceledException or BadHttpRequestException)
        {
            return Failed(http, service, body, silence);
        }
    }

    private static IResult Failed(HttpContext http, Service service, ForwardedBody? body, CancellationTokenSource silence)
    {
        if (http.RequestAborted.IsCancellationRequested)
        {
            return new AlreadyAnswered();
        }

        if (http.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            http.Abort();
            return new AlreadyAnswered();
        }

        return body?.CallerFault switch
        {
            BadHttpRequestException { StatusCode: 413 } => http.Problem(413, "too-large"),
            BadHttpRequestException bad => http.Problem(bad.StatusCode, "malformed"),
            _ when silence.IsCancellationRequested => http.Problem(504, "service-silent", service.Name),
            _ => http.Problem(502, "service-broke-off", service.Name),
        };
    }

    private static HttpRequestMessage Request(HttpContext http, Replica replica, string path, CancellationTokenSource silence)
    {
        var incoming = http.Request;
        var target = new Uri(
            replica.Root + path + incoming.QueryString.Value, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(HttpMethod.Parse(incoming.Method), target);
        if (HttpMethods.IsGet(incoming.Method) || HttpMethods.IsHead(incoming.Method))
        {
            // Some callers say that a GET has a body; none of ours reads one.
        }
        else
        {
            // Even an empty body is given as one: the handler repeats only calls without, and a write must not be repeated.
            request.Content = new ForwardedBody(http, silence);
            request.Headers.ExpectContinue = incoming.ContentLength is null or > AsksBeforeSending && HasBody(http);
        }

        var dropped = NamedByConnection(incoming.Headers.Connection);
        foreach (var (name, values) in incoming.Headers)
        {
            if (IsHandedOn(name, dropped) && !request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", http.Inner());
        request.Headers.TryAddWithoutValidation(RequestIds.Header, http.RequestId());
        return request;
    }

    private static bool HasBody(HttpContext http) => http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;

    private static async Task Answer(
        HttpContext http, Service service, Replica from, HttpResponseMessage answer, CancellationTokenSource silence)
    {
        var outgoing = http.Response;
        outgoing.StatusCode = (int)answer.StatusCode;
        answer.Headers.NonValidated.TryGetValues("Connection", out var connection);
        var dropped = NamedByConnection(new StringValues([.. connection]));
        foreach (var headers in (HttpHeaders[])[answer.Headers, answer.Content.Headers])
        {
            foreach (var (name, values) in headers.NonValidated)
            {
                if (IsHandedOn(name, dropped) && !name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase))
                {
                    outgoing.Headers[name] = new StringValues([.. values]);
                }
            }
        }

        foreach (var name in (string[])["Location", "Content-Location"])
        {
            if (outgoing.Headers.TryGetValue(name, out var location) && location is [{ } place])
            {
                outgoing.Headers[name] = SeenFromOutside(place, service, from);
            }
        }

        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await outgoing.StartAsync(silence.Token);
        if (HttpMethods.IsHead(http.Request.Method) || outgoing.StatusCode is 204 or 304)
        {
            return;
        }

        await outgoing.Body.FlushAsync(silence.Token);
        await using var body = await answer.Content.ReadAsStreamAsync(silence.Token);
        await Bytes.Pass(body, outgoing.Body, silence, http.RequestServices.GetRequiredService<Door>().Silence);
    }

    private static string SeenFromOutside(string place, Service service, Replica from)
    {
        var local = place.StartsWith(from.Root + "/", StringComparison.OrdinalIgnoreCase) ? place[from.Root.Length..] : place;
        return local.StartsWith('/') && !local.StartsWith("//", StringComparison.Ordinal) ? $"/api/{service.Name}{local}" : local;
    }

    private static bool IsHandedOn(string name, HashSet<string> dropped) =>
        !NotHandedOn.Contains(name) && !dropped.Contains(name) && !name.StartsWith(':')
        && !name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase);

    private static HashSet<string> NamedByConnection(StringValues connection) =>
        new(
            connection.SelectMany(line => (line ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
            StringComparer.OrdinalIgnoreCase);

    /// <summary>Nothing is left to be written.</summary>
    private sealed class AlreadyAnswered : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => Task.CompletedTask;
    }
}

/// <summary>The caller's body, passed on as it arrives.</summary>
internal sealed class ForwardedBody(HttpContext http, CancellationTokenSource silence) : HttpContent
{
    /// <summary>Something may have been sent: the call must not be made a second time.</summary>
    public bool Started { get; private set; }

    /// <summary>What was wrong with the body on the caller's side.</summary>
    public Exception? CallerFault { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Started = true;
        // What is sent must leave although the caller has not finished: a stream without end is one too.
        await stream.FlushAsync(cancellationToken);
        try
        {
            await Bytes.Pass(
                http.Request.Body, stream, silence, http.RequestServices.GetRequiredService<Door>().Silence, flush: true);
        }
        catch (BadHttpRequestException bad)
        {
            CallerFault = bad;
            throw;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = http.Request.ContentLength ?? 0;
        return http.Request.ContentLength is not null
            || !(http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true);
    }
}

internal static class Bytes
{
    /// <summary>Copies to the end; every piece that moves puts the end of patience off.</summary>
    public static async Task Pass(Stream from, Stream to, CancellationTokenSource silence, TimeSpan patience, bool flush = false)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            int read;
            while ((read = await from.ReadAsync(buffer, silence.Token)) > 0)
            {
                await to.WriteAsync(buffer.AsMemory(0, read), silence.Token);
                if (flush)
                {
                    await to.FlushAsync(silence.Token);
                }

                silence.CancelAfter(patience);
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>What a service's fault may say outside: its code and the words of that, and nothing else that stands beside them.</summary>
internal sealed record Fault(string Code, Words Words)
{
    private const int Longest = 16 * 1024;

    /// <summary>Null where the answer is not a refusal of the services' shape.</summary>
    public static async Task<Fault?> Of(HttpResponseMessage answer, CancellationToken cancel)
    {
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return null;
        }

        try
        {
            await answer.Content.LoadIntoBufferAsync(Longest, cancel);
            return await answer.Content.ReadFromJsonAsync<Fault>(Gateway.Json, cancel) is { Code: not null, Words: not null } fault ? fault : null;
        }
        catch (Exception failure) when (failure is JsonException or HttpRequestException)
        {
            return null;
        }
    }
}

internal static class ForwardedRoutes
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    public static void MapForwarder(this RouteGroupBuilder api) => api
        .MapMethods("/{service}/{**rest}", Methods, (HttpContext http, string service, Forwarder forwarder) => forwarder.Forward(http, service))
        .ExcludeFromDescription();
}
