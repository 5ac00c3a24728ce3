using LiaisonStation.EventStore;
using MassTransit;
using Npgsql;

namespace LiaisonStation.ServiceDefaults;

public static class Hearing
{
    /// <summary>
    /// Writes in answer to a message, once. The case the message belongs to is the correlation of a stream it founds.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing was written and the message must come again.</exception>
    public static async Task Hear<TState, TEvent>(
        this StreamStore store, ConsumeContext message, StreamType<TState, TEvent> type, Guid stream, Guid caseId,
        Func<TState?, Decision<TEvent>> decide, Action<NpgsqlBatch>? alongside = null)
        where TState : class
        where TEvent : class
    {
        var cause = message.Cause() with { Correlation = caseId.ToString() };
        var outcome = await store.Write(type, stream, cause, decide, alongside: alongside, cancellation: message.CancellationToken);
        if (outcome.Kind is not (OutcomeKind.Appended or OutcomeKind.Unchanged or OutcomeKind.Repeated))
        {
            throw new InvalidOperationException($"{type.Alias} {stream} answered {outcome.Kind}; the message must come again.");
        }
    }
}
