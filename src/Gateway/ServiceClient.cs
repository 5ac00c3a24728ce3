using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace LiaisonStation.Gateway;

/// <summary>A service cannot be reached, or broke off without an answer that can be used.</summary>
internal sealed class ServiceUnreachable(string service, Exception? inner = null)
    : Exception($"Service {service} cannot be reached.", inner)
{
    public string Service => service;
}

/// <summary>Speaks to the services: replicas in turn, and again only what was never sent.</summary>
internal sealed class ServiceClient : IDisposable
{
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(300)];
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        Expect100ContinueTimeout = TimeSpan.FromSeconds(1),
        // Below Kestrel's keep-alive of 130 s, so that a kept connection is not one the other side is about to close.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
    });

    /// <summary>Sends to one replica after another until one takes the connection.</summary>
    /// <param name="request">Makes the request for a replica; called anew for each attempt.</param>
    /// <exception cref="ServiceUnreachable">No replica took a connection.</exception>
    public async Task<(HttpResponseMessage Answer, Replica From)> Send(
        Service service, Func<Replica, HttpRequestMessage> request, CancellationToken cancel)
    {
        for (var sweep = 0; ; sweep++)
        {
            Exception? last = null;
            foreach (var replica in service.InTurn())
            {
                var message = request(replica);
                try
                {
                    var answer = await _invoker.SendAsync(message, cancel);
                    replica.Answered();
                    return (answer, replica);
                }
                catch (Exception failure) when (NeverSent(failure, message, cancel))
                {
                    replica.Rest();
                    last = failure;
                    message.Dispose();
                }
            }

            if (sweep == Pauses.Length || service.Replicas is [])
            {
                throw new ServiceUnreachable(service.Name, last);
            }

            await Task.Delay(Pauses[sweep], cancel);
        }
    }

    private static bool NeverSent(Exception failure, HttpRequestMessage message, CancellationToken cancel) =>
        message.Content is not ForwardedBody { Started: true }
        && failure switch
        {
            HttpRequestException http => http.HttpRequestError
                is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError,
            // How the handler says that connecting took too long.
            OperationCanceledException { InnerException: TimeoutException } => !cancel.IsCancellationRequested,
            _ => false,
        };

    /// <summary>Reads a JSON answer; null where the service says 404.</summary>
    /// <exception cref="ServiceUnreachable">It cannot be reached, takes too long, or answers what cannot be read.</exception>
    public async Task<T?> Get<T>(Service service, string pathAndQuery, string? token, CancellationToken cancel)
        where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AnswerLimit);
        try
        {
            var (answer, _) = await Send(service, replica => Question(replica, pathAndQuery, token), limit.Token);
            using (answer)
            {
                if (answer.StatusCode == HttpStatusCode.NotFound)
                {
                    return null;
                }

                answer.EnsureSuccessStatusCode();
                await using var body = await answer.Content.ReadAsStreamAsync(limit.Token);
                return await JsonSerializer.DeserializeAsync<T>(body, Gateway.Json, limit.Token)
                    ?? throw new ServiceUnreachable(service.Name);
            }
        }
        catch (Exception failure) when (
            failure is HttpRequestException or IOException or JsonException
            || (failure is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new ServiceUnreachable(service.Name, failure);
        }
    }

    /// <summary>Asks for one part of what several services say together: its answer, or what it refused with, or neither where it is away.</summary>
    public async Task<(T? Said, HttpStatusCode? Refused)> Ask<T>(Service service, string pathAndQuery, string token, CancellationToken cancel)
        where T : class
    {
        try
        {
            return await Get<T>(service, pathAndQuery, token, cancel) is { } said ? (said, null) : (null, HttpStatusCode.NotFound);
        }
        catch (ServiceUnreachable away)
        {
            return (null, (away.InnerException as HttpRequestException)?.StatusCode);
        }
    }

    /// <summary>One replica's health; false with nothing to read where it cannot be reached within a moment.</summary>
    public async Task<(bool Healthy, JsonElement? Said)> Health(Replica replica, TimeSpan within, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(within);
        try
        {
            using var answer = await _invoker.SendAsync(Question(replica, "/health", null), limit.Token);
            await using var body = await answer.Content.ReadAsStreamAsync(limit.Token);
            JsonElement? said = null;
            try
            {
                said = await JsonSerializer.DeserializeAsync<JsonElement>(body, Gateway.Json, limit.Token);
            }
            catch (JsonException)
            {
                // The status alone tells.
            }

            return (answer.IsSuccessStatusCode, said);
        }
        catch (Exception failure) when (
            failure is HttpRequestException or IOException
            || (failure is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return (false, null);
        }
    }

    private static HttpRequestMessage Question(Replica replica, string pathAndQuery, string? token)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, replica.Root + pathAndQuery);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (token is not null)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return message;
    }

    public void Dispose() => _invoker.Dispose();
}
