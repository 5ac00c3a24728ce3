using System.Diagnostics;
using System.Globalization;
using System.Text;
using LiaisonStation.EventStore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace LiaisonStation.ServiceDefaults;

/// <summary>The thin edge of every slice.</summary>
public static class Edge
{
    private const string IdempotencyKey = "Idempotency-Key";

    // Kestrel takes no more.
    private const int LargestBody = 30_000_000;

    /// <summary>
    /// A person's command on a stream: honours If-Match and Idempotency-Key, answers 200 with id and version (ETag), or
    /// problem details. A stream that does not exist answers 404 before the decider is asked.
    /// </summary>
    public static async Task<IResult> Write<TState, TEvent>(
        this HttpContext http, StreamType<TState, TEvent> type, Guid stream,
        Func<TState, Caller, DateTimeOffset, Decision<TEvent>> decide, Action<NpgsqlBatch>? alongside = null)
        where TState : class
        where TEvent : class
    {
        var (outcome, refusal) = await http.Ask(
            type, stream, (s, caller, now) => s is null ? Refuse.Unknown("not-found") : decide(s, caller, now), alongside);
        return refusal is null ? http.Written(outcome!) : http.Problem(refusal);
    }

    /// <summary>A person's command that founds a stream: 201 with what is answered of its state. A repeat answers the first one.</summary>
    public static async Task<IResult> Found<TState, TEvent>(
        this HttpContext http, StreamType<TState, TEvent> type, Guid stream,
        Func<TState?, Caller, DateTimeOffset, Decision<TEvent>> decide, Func<TState, object> answer,
        Action<NpgsqlBatch>? alongside = null)
        where TState : class
        where TEvent : class
    {
        var (outcome, refusal) = await http.Ask(type, stream, decide, alongside);
        if (refusal is not null)
        {
            return http.Problem(refusal);
        }

        var state = outcome!.State
            ?? (await http.Store().Load(type, outcome.Stream, http.Caller().Tenant, http.RequestAborted))!.State;
        http.Response.Headers.ETag = ETag(outcome.Version);
        return TypedResults.Created((string?)null, answer(state));
    }

    /// <summary>A stream's state as the caller's township sees it, personal text opened, with its version as ETag; else 404.</summary>
    public static async Task<IResult> Show<TState, TEvent>(
        this HttpContext http, StreamType<TState, TEvent> type, Guid stream, Func<TState, object> answer)
        where TState : class
        where TEvent : class
    {
        var loaded = await http.Store().Load(type, stream, http.Caller().Tenant, http.RequestAborted);
        if (loaded is null)
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        http.Response.Headers.ETag = ETag(loaded.Version);
        return TypedResults.Ok(await http.Opened(answer(loaded.State)));
    }

    /// <summary>What stands behind a caller's write: who, in which role, and the key that makes a repeat recognisable.</summary>
    public static async Task<(Cause? Cause, Refusal? Refusal)> Cause(this HttpContext http)
    {
        var caller = http.Caller();
        var by = new EventHeaders(caller.Person.ToString(), caller.Role.ToString(), caller.Unit?.ToString(), Activity.Current?.Id);
        var key = http.Request.Headers[IdempotencyKey].ToString();
        return key switch
        {
            { Length: 0 } when !http.Request.Headers.ContainsKey(IdempotencyKey) => (new Cause(caller.Tenant, by), null),
            { Length: 0 or > 200 } => (null, new Refusal(RefusalKind.Malformed, "idempotency-key-malformed")),
            _ => (new Cause(caller.Tenant, by, Causation: key, Inbox: new InboxKey(
                $"http:{caller.Person}", Uuid.Derive(caller.Person, key), await Fingerprint(http))), null),
        };
    }

    /// <summary>Keeps the body readable a second time, where a repeat must be told from another request.</summary>
    internal static void UseIdempotency(this WebApplication app) => app.Use((http, next) =>
    {
        if (http.Request.Headers.ContainsKey(IdempotencyKey) && !http.Request.HasFormContentType)
        {
            // In memory: what does not fit would lie on a disk in the clear.
            http.Request.EnableBuffering(bufferThreshold: LargestBody);
        }

        return next(http);
    });

    private static async Task<(Outcome<TState>? Outcome, Refusal? Refusal)> Ask<TState, TEvent>(
        this HttpContext http, StreamType<TState, TEvent> type, Guid stream,
        Func<TState?, Caller, DateTimeOffset, Decision<TEvent>> decide, Action<NpgsqlBatch>? alongside)
        where TState : class
        where TEvent : class
    {
        var (cause, refusal) = await http.Cause();
        if (refusal is not null)
        {
            return (null, refusal);
        }

        long? ifVersion = null;
        if (http.Request.Headers.IfMatch.ToString() is { Length: > 0 } ifMatch)
        {
            if (!long.TryParse(ifMatch.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            {
                return (null, new Refusal(RefusalKind.Malformed, "if-match-malformed"));
            }

            ifVersion = version;
        }

        var (caller, now) = (http.Caller(), http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
        var outcome = await http.Store().Write(
            type, stream, await http.Where(stream, cause!), s => decide(s, caller, now), ifVersion, alongside, http.RequestAborted);
        return outcome.Kind switch
        {
            OutcomeKind.Refused => (null, outcome.Refusal),
            OutcomeKind.NotStorable => (null, new Refusal(RefusalKind.Malformed, "not-storable")),
            OutcomeKind.KeyReused => (null, Refuse.Rule("idempotency-key-reused")),
            OutcomeKind.Stale when ifVersion is not null => (null, new Refusal(RefusalKind.Stale, "changed-meanwhile")),
            OutcomeKind.Stale => (null, Refuse.State("busy")),
            _ => (outcome, null),
        };
    }

    // A body of the county acts in the township the matter belongs to; what it founds of its own is the county's.
    private static async Task<Cause> Where(this HttpContext http, Guid stream, Cause cause) =>
        http.Caller().ActsInTownships && await http.Store().TownshipOf(stream, cause.Tenant, http.RequestAborted) is { } township
            ? cause with { Tenant = township }
            : cause;

    private static Microsoft.AspNetCore.Http.HttpResults.Ok<Receipt> Written<TState>(this HttpContext http, Outcome<TState> outcome)
        where TState : class
    {
        http.Response.Headers.ETag = ETag(outcome.Version);
        return TypedResults.Ok(new Receipt(outcome.Stream, outcome.Version));
    }

    private static StreamStore Store(this HttpContext http) => http.RequestServices.GetRequiredService<StreamStore>();

    private static string ETag(long version) => new EntityTagHeaderValue($"\"{version}\"").ToString();

    // Of the request as it was sent: the same words are sealed otherwise each time.
    private static async Task<string> Fingerprint(HttpContext http)
    {
        var request = http.Request;
        using var hash = http.Vault().Fingerprint();
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}\n"));
        if (request.Body.CanSeek)
        {
            request.Body.Position = 0;
            var buffer = new byte[8192];
            for (int read; (read = await request.Body.ReadAsync(buffer, http.RequestAborted)) > 0;)
            {
                hash.AppendData(buffer, 0, read);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>What a write answers: the stream and its version after it.</summary>
public sealed record Receipt(Guid Id, long Version);
