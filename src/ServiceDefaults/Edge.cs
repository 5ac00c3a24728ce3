using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace LiaisonStation.ServiceDefaults;

/// <summary>The thin edge of every slice.</summary>

public static class Edge
{
    /// <summary>Lets these roles through and no other; sets the role of the act.</summary>
    public static RouteHandlerBuilder RequireRole(this RouteHandlerBuilder route, params Role[] roles) =>
        throw new InvalidOperationException();

    /// <summary>The caller of a route that passed <see cref="RequireRole"/>.</summary>
    public static Caller Caller(this HttpContext http) => throw new InvalidOperationException();

    /// <summary>
    /// A person's command on a stream: honours If-Match and Idempotency-Key, answers 200 with id and version (ETag), or
    /// problem details. A stream that does not exist answers 404 before the decider is asked.
    /// </summary>
    public static Task<IResult> Write<TState, TEvent>(
        this HttpContext http, StreamType<TState, TEvent> type, Guid stream,
        Func<TState, Caller, DateTimeOffset, Decision<TEvent>> decide, Action<NpgsqlBatch>? alongside = null)
        where TState : class
        where TEvent : class => throw new InvalidOperationException();

    /// <summary>A person's command that founds a stream: 201 with id and version. A repeat answers the first id.</summary>
    public static Task<IResult> Found<TState, TEvent>(
        this HttpContext http, StreamType<TState, TEvent> type, Guid stream,
        Func<TState?, Caller, DateTimeOffset, Decision<TEvent>> decide, Func<TState, object> answer,
        Action<NpgsqlBatch>? alongside = null)
        where TState : class
        where TEvent : class => throw new InvalidOperationException();

    /// <summary>A refusal as RFC 9457 problem details, in Chinese and English.</summary>
    public static IResult Problem(this HttpContext http, Refusal refusal) => throw new InvalidOperationException();

    /// <summary>What stands behind a write made in answer to a message: its tenant, its id as inbox key and as cause.</summary>
    public static Cause Cause(this ConsumeContext message) => throw new InvalidOperationException();
}
