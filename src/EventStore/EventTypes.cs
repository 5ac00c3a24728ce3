using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>The event types of a service and how they stand in <c>mt_events</c>: camelCase, enums by name.</summary>
internal sealed class EventTypes(IReadOnlyList<EventType> types)
{
    // jsonb keeps no escapes, so escaping Chinese text would only make it longer on the wire.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private static readonly JsonSerializerOptions WrittenJson = new(Json) { Converters = { new WholeCharacters() } };

    private static readonly JsonSerializerOptions HeadersJson =
        new(WrittenJson)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            RespectRequiredConstructorParameters = false,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        };

    // Asking an assembly for its name costs more than hashing an event.
    private static readonly ConcurrentDictionary<Type, string> DotnetNames = new();

    private static readonly EventHeaders NoHeaders = new(null, null, null, null);

    private readonly FrozenDictionary<string, EventVersion> _byAlias =
        types.SelectMany(t => t.Versions).ToDictionary(v => v.Alias).ToFrozenDictionary();

    private readonly FrozenDictionary<Type, EventType> _byType = types.ToDictionary(t => t.Type).ToFrozenDictionary();

    public EventType Of(object @event) => _byType.TryGetValue(@event.GetType(), out var type)
        ? type
        : throw new InvalidOperationException($"{@event.GetType()} is not among the events of the service's store module.");

    public static string DotnetName(EventType type) =>
        DotnetNames.GetOrAdd(type.Type, static t => $"{t.FullName}, {t.Assembly.GetName().Name}");

    public static string Write(object @event) => JsonSerializer.Serialize(@event, @event.GetType(), WrittenJson);

    public static string Write(EventHeaders headers) => JsonSerializer.Serialize(headers, HeadersJson);

    public static string Write(EventHeaders headers, string hash) => JsonSerializer.Serialize(
        new ChainedHeaders(headers.Actor, headers.Role, headers.Unit, headers.TraceParent, hash), HeadersJson);

    /// <summary>
    /// Reads a row of <c>seq_id, id, stream_id, version, tenant_id, type, data, timestamp, correlation_id, causation_id, headers</c>.
    /// </summary>
    public RecordedEvent Read(NpgsqlDataReader row)
    {
        var (sequence, id, alias) = (row.GetInt64(0), row.GetGuid(1), row.GetString(5));
        return new(
            sequence, id, row.GetGuid(2), row.GetInt64(3), row.GetString(4), alias, Read(sequence, id, alias, row.GetString(6)),
            row.GetFieldValue<DateTimeOffset>(7), row.IsDBNull(8) ? null : row.GetString(8),
            row.IsDBNull(9) ? null : row.GetString(9), ReadHeaders(row.IsDBNull(10) ? null : row.GetString(10)));
    }

    /// <summary>Reads the event alone, of a row of <c>seq_id, id, type, data</c>.</summary>
    public object ReadData(NpgsqlDataReader row) => Read(row.GetInt64(0), row.GetGuid(1), row.GetString(2), row.GetFieldValue<byte[]>(3));

    /// <summary>The newest version of what was stored under an alias.</summary>
    /// <exception cref="UnreadableEventException">The alias or the shape is not known, or an upcaster cannot take it.</exception>
    public object Read(long sequence, Guid id, string alias, string data) => Read(sequence, id, alias, Encoding.UTF8.GetBytes(data));

    private object Read(long sequence, Guid id, string alias, ReadOnlySpan<byte> data)
    {
        if (!_byAlias.TryGetValue(alias, out var version))
        {
            throw new UnreadableEventException(sequence, id, alias);
        }

        try
        {
            return version.ToNewest(JsonSerializer.Deserialize(data, version.Type, Json)
                ?? throw new JsonException("An event is never null."));
        }
        catch (Exception e)
        {
            throw new UnreadableEventException(sequence, id, alias, e);
        }
    }

    private sealed record ChainedHeaders(
        string? Actor, string? Role, string? Unit, [property: JsonPropertyName("traceparent")] string? TraceParent, string Hash);

    /// <summary>Marten's own writers may leave anything here; what is not ours is no obstacle.</summary>
    private static EventHeaders ReadHeaders(string? headers)
    {
        try
        {
            return headers is null ? NoHeaders : JsonSerializer.Deserialize<EventHeaders>(headers, HeadersJson) ?? NoHeaders;
        }
        catch (JsonException)
        {
            return NoHeaders;
        }
    }

    /// <summary>The serializer would put a replacement character in the place of half a surrogate pair, and say nothing.</summary>
    private sealed class WholeCharacters : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Whole(value));

        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetString()!;

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WritePropertyName(Whole(value));

        private static string Whole(string text)
        {
            for (var i = 0; text.AsSpan(i).IndexOfAnyInRange('\ud800', '\udfff') is >= 0 and var found; i += found + 2)
            {
                if (!char.IsHighSurrogate(text[i + found]) || i + found + 1 == text.Length || !char.IsLowSurrogate(text[i + found + 1]))
                {
                    throw new NotCanonicalException("A text holds half of a surrogate pair.");
                }
            }

            return text;
        }
    }
}
