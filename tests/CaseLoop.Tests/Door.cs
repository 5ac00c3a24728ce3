using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace LiaisonStation.CaseLoop.Tests;

/// <summary>
/// A caller that behaves as every client should: what failed or timed out is sent again with the same Idempotency-Key.
/// </summary>
public sealed class Door(Installation installation) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly HttpClient _http = new() { BaseAddress = installation.Url, Timeout = TimeSpan.FromSeconds(20) };
    private readonly ConcurrentDictionary<string, string> _tokens = new();

    public void Dispose() => _http.Dispose();

    public Task<JsonElement> Get(string person, string path) => Send(person, () => new HttpRequestMessage(HttpMethod.Get, path));

    public Task<JsonElement> Post(string person, string path, object body, string? role = null)
    {
        var key = Guid.NewGuid().ToString();
        return Send(person, () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
            request.Headers.Add("Idempotency-Key", key);
            if (role is not null)
            {
                request.Headers.Add("Acting-Role", role);
            }

            return request;
        });
    }

    public Task<JsonElement> Upload(string person, string path, string preset, string fileName, byte[] file, string? addressedTo = null)
    {
        var key = Guid.NewGuid().ToString();
        return Send(person, () =>
        {
            var form = new MultipartFormDataContent { { new StringContent(preset), "preset" }, { new ByteArrayContent(file), "file", fileName } };
            if (addressedTo is not null)
            {
                form.Add(new StringContent(addressedTo), "addressedTo");
            }

            var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
            request.Headers.Add("Idempotency-Key", key);
            return request;
        });
    }

    /// <summary>Asks once, whatever is answered.</summary>
    public async Task<(int Status, string Text)> Ask(string person, HttpMethod method, string path, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Token(person));
        using var answer = await _http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<JsonElement> Send(string person, Func<HttpRequestMessage> make)
    {
        var last = "";
        return (await Wait.For(Try, Patience, () => $"{make().RequestUri} as {person} was never answered: {last}\n{installation.Output()}"))
            .RootElement;

        async Task<JsonDocument?> Try()
        {
            try
            {
                using var request = make();
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Token(person));
                using var answer = await _http.SendAsync(request);
                var text = await answer.Content.ReadAsStringAsync();
                last = $"{(int)answer.StatusCode} {text}";
                switch (answer.StatusCode)
                {
                    case HttpStatusCode.Unauthorized:
                        _tokens.TryRemove(person, out _);
                        return null;
                    case >= HttpStatusCode.InternalServerError:
                        return null;
                    default:
                        Assert.True(answer.IsSuccessStatusCode, $"{request.Method} {request.RequestUri} as {person}: {last}");
                        return JsonDocument.Parse(text.Length == 0 ? "{}" : text);
                }
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
            {
                last = e.Message;
                return null;
            }
        }
    }

    private async Task<string> Token(string person)
    {
        if (_tokens.TryGetValue(person, out var known))
        {
            return known;
        }

        using var answer = await _http.PostAsJsonAsync("/dev/token", new { person });
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"/dev/token for {person}: {(int)answer.StatusCode} {text}");
        }

        return _tokens[person] = JsonDocument.Parse(text).RootElement.GetProperty("access_token").GetString()!;
    }
}
