using System.Collections;
using System.Runtime.CompilerServices;

namespace LiaisonStation.EventStore;

/// <summary>
/// What a decider answers: facts to append, nothing at all, or a refusal. Written as a collection expression:
/// <c>[new OrderAcknowledged(…)]</c>, <c>[]</c> for a repeated click, <c>Refuse.State("order-not-open")</c>.
/// </summary>
[CollectionBuilder(typeof(Decision), nameof(Decision.Of))]
public readonly struct Decision<TEvent> : IEnumerable<TEvent>
    where TEvent : class
{
    private readonly TEvent[]? _events;

    internal Decision(TEvent[]? events, Refusal? refusal) => (_events, Refusal) = (events, refusal);

    public IReadOnlyList<TEvent> Events => _events ?? [];

    public Refusal? Refusal { get; }

    public static implicit operator Decision<TEvent>(Refusal refusal) => new(null, refusal);

    public IEnumerator<TEvent> GetEnumerator() => Events.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

public static class Decision
{
    public static Decision<TEvent> Of<TEvent>(ReadOnlySpan<TEvent> events)
        where TEvent : class => new(events.ToArray(), null);
}

/// <summary>A refusal is a value: a stable code that callers may rely on, and the kind that gives its HTTP status.</summary>
/// <param name="Code">Kebab-case, never changed once published; its words stand in the service's <c>Refusals.resx</c>.</param>
public sealed record Refusal(RefusalKind Kind, string Code);

public enum RefusalKind
{
    /// <summary>The request itself is not well-formed: 400.</summary>
    Malformed,

    /// <summary>Nobody is signed in: 401.</summary>
    Unauthenticated,

    /// <summary>The person's role would do, but not for this matter: 403.</summary>
    Forbidden,

    /// <summary>No such thing, or another township's: 404.</summary>
    Unknown,

    /// <summary>It was there, and was erased: 410.</summary>
    Gone,

    /// <summary>The state it is in does not allow it: 409.</summary>
    State,

    /// <summary>It has changed since the caller saw it: 412.</summary>
    Stale,

    /// <summary>Well-formed, and a rule forbids it: 422.</summary>
    Rule,
}

public static class Refuse
{
    public static Refusal Forbidden(string code) => new(RefusalKind.Forbidden, code);

    public static Refusal Unknown(string code) => new(RefusalKind.Unknown, code);

    public static Refusal Gone(string code) => new(RefusalKind.Gone, code);

    public static Refusal State(string code) => new(RefusalKind.State, code);

    public static Refusal Rule(string code) => new(RefusalKind.Rule, code);
}
