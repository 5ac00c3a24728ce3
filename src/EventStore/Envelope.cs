using System.Text.Json;
using System.Text.Json.Serialization;
using MassTransit;
using MassTransit.Logging;
using MassTransit.Serialization;
using RabbitMQ.Client;

namespace LiaisonStation.EventStore;

/// <summary>A stored event's message as MassTransit's consumers read it.</summary>
public sealed record Envelope
{
    /// <summary>Name of the header that carries the township.</summary>
    public const string Tenant = "tenant";

    /// <summary>Name of the header that carries the W3C trace context of the act.</summary>
    public const string TraceParent = "traceparent";

    private Envelope(string exchange, BasicProperties properties, byte[] body) =>
        (Exchange, Properties, Body) = (exchange, properties, body);

    /// <summary>MassTransit's own options, with enums by name; Chinese is not escaped.</summary>
    public static JsonSerializerOptions Json { get; } = new(SystemTextJsonMessageSerializer.Options)
    {
        WriteIndented = false,
        Converters = { new JsonStringEnumConverter() },
    };

    internal string Exchange { get; }

    internal BasicProperties Properties { get; }

    internal ReadOnlyMemory<byte> Body { get; }

    internal static Envelope Of(RecordedEvent stored, object message)
    {
        var headers = new Dictionary<string, object?> { [Tenant] = stored.Tenant };
        if (stored.Headers.TraceParent is { } trace)
        {
            headers[TraceParent] = trace;
            // By this name MassTransit's receiving side continues the trace.
            headers[DiagnosticHeaders.ActivityId] = trace;
        }

        var id = stored.Id.ToString();
        var envelope = new JsonMessageEnvelope
        {
            MessageId = id,
            CorrelationId = stored.Correlation,
            ConversationId = stored.Correlation,
            MessageType = [MessageUrn.ForType(message.GetType()).ToString()],
            Message = message,
            SentTime = stored.RecordedAt.UtcDateTime,
            Headers = headers,
        };
        var properties = new BasicProperties
        {
            MessageId = id,
            CorrelationId = stored.Correlation,
            ContentType = SystemTextJsonMessageSerializer.JsonContentType.MediaType,
            DeliveryMode = DeliveryModes.Persistent,
            Headers = new Dictionary<string, object?>(headers),
        };
        return new Envelope(
            Topology.Exchange(message.GetType()), properties, JsonSerializer.SerializeToUtf8Bytes(envelope, Json));
    }
}
