using System.Text.Json.Serialization;

namespace LiaisonStation.EventStore;

/// <summary>One stored event with its metadata.</summary>
/// <param name="Sequence">Position in the service's log; rises with <paramref name="Version"/> inside a stream.</param>
/// <param name="Version">Position in the stream, from 1.</param>
/// <param name="Tenant">Nine-digit township code, or the county's six digits and 000.</param>
/// <param name="Type">The alias: <c>appeal_received</c>.</param>
/// <param name="RecordedAt">When it was recorded, UTC, whole microseconds. When it happened is in the payload.</param>
/// <param name="Correlation">Id of the founding case.</param>
/// <param name="Causation">Id of the event or command that caused it.</param>
public sealed record RecordedEvent(
    long Sequence, Guid Id, Guid Stream, long Version, string Tenant, string Type, object Data,
    DateTimeOffset RecordedAt, string? Correlation, string? Causation, EventHeaders Headers);

/// <summary>Who did it and in which trace; stored in <c>mt_events.headers</c>.</summary>
/// <param name="Actor">Registry id of a person, or the name of a service.</param>
/// <param name="Role">The role the act was done in.</param>
/// <param name="Unit">Registry id of the unit acted for.</param>
/// <param name="TraceParent">W3C trace context of the act.</param>
public sealed record EventHeaders(
    string? Actor, string? Role, string? Unit, [property: JsonPropertyName("traceparent")] string? TraceParent);

/// <summary>What stands behind a write: for whom, by whom, in answer to what.</summary>
/// <param name="Tenant">The township written to.</param>
/// <param name="Correlation">Used for a new stream only; a stream keeps its founding case's for ever. Null: the stream's own id.</param>
/// <param name="Causation">Id of the message or command in answer to which this is written.</param>
/// <param name="Inbox">When set, the write happens once for this key, however often it is asked for.</param>
public sealed record Cause(
    string Tenant, EventHeaders By, string? Correlation = null, string? Causation = null, InboxKey? Inbox = null);

/// <summary>What makes a repeat recognisable.</summary>
/// <param name="Consumer">The consumer's name, or <c>http</c> with the caller's id.</param>
/// <param name="Message">Message id, or an id derived from the idempotency key.</param>
/// <param name="Fingerprint">Hash of an HTTP request; the same key with another fingerprint is refused.</param>
public sealed record InboxKey(string Consumer, Guid Message, string? Fingerprint = null);
