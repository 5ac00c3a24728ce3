using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace LiaisonStation.EventStore;

/// <summary>
/// A row of the log as COPY sends it, binary: nothing is made of a value that only its hash is asked of. Integers are big-endian,
/// times are microseconds since 2000, jsonb is a version byte and text.
/// </summary>
internal readonly ref struct StoredRow
{
    /// <summary>The log in its order, each event with its leaf.</summary>
    public const string Copy =
        """
        copy (select e.seq_id, e.bdata is not null or coalesce(e.is_archived, true), e.tenant_id, e.stream_id, e.id, e.version, e.type,
                     e.mt_dotnet_type, e.timestamp, e.correlation_id, e.causation_id, e.headers, e.data, l.leaf, l.nodes
                from mt_events e left join ls_hash_leaf l on l.seq_id = e.seq_id order by e.seq_id) to stdout (format binary)
        """;

    /// <summary>What comes before the first row.</summary>
    public const int HeaderSize = 19;

    private const int Columns = 15;

    private static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly Places _places;

    private StoredRow(ReadOnlySpan<byte> bytes, Places places)
    {
        _bytes = bytes;
        _places = places;
    }

    public long Sequence => Int64(0)!.Value;

    /// <summary>Something is stored that the hash does not cover.</summary>
    public bool Beside => Bytes(1)[0] != 0;

    public string? Tenant => Text(2).ToString();

    public Guid? Stream => Id(3);

    public Guid Event => Id(4)!.Value;

    public long Version => Int64(5)!.Value;

    public Utf8Text Type => Text(6);

    public ReadOnlySpan<byte> Headers => Json(11);

    /// <summary>Its place in the tree; null where it is not sealed.</summary>
    public long? Leaf => Int64(13);

    public ReadOnlySpan<byte> Nodes => Bytes(14);

    /// <summary>How many of these bytes are whole rows.</summary>
    public static int Whole(ReadOnlySpan<byte> bytes)
    {
        var whole = 0;
        for (var rest = bytes; TryRead(ref rest, out _);)
        {
            whole = bytes.Length - rest.Length;
        }

        return whole;
    }

    /// <summary>Takes the next row; false at the end.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> from, out StoredRow row)
    {
        row = default;
        if (from.Length < sizeof(short) || BinaryPrimitives.ReadInt16BigEndian(from) != Columns)
        {
            return false;
        }

        var places = default(Places);
        var at = sizeof(short);
        for (var i = 0; i < Columns; i++)
        {
            if (from.Length < at + sizeof(int))
            {
                return false;
            }

            var length = BinaryPrimitives.ReadInt32BigEndian(from[at..]);
            at += sizeof(int);
            places[i] = (at, length);
            at += Math.Max(0, length);
        }

        if (from.Length < at)
        {
            return false;
        }

        row = new(from[..at], places);
        from = from[at..];
        return true;
    }

    /// <param name="room">At least 32 bytes, where its time is written.</param>
    public StoredEvent Stored(Span<byte> room) => new()
    {
        Tenant = Text(2),
        Stream = Stream,
        Id = Event,
        Version = Version,
        Type = Type,
        DotnetType = Text(7),
        At = new(Time(Int64(8)!.Value, room)),
        Correlation = Text(9),
        Causation = Text(10),
        Headers = Headers,
        Data = Json(12),
    };

    /// <summary>As <see cref="Chain.Time"/> writes it.</summary>
    private static ReadOnlySpan<byte> Time(long since2000, Span<byte> room)
    {
        // Beyond what .NET counts, and for infinity: another text than any hash was made of.
        if (since2000 > (DateTime.MaxValue - Epoch).Ticks / TimeSpan.TicksPerMicrosecond
            || since2000 < (DateTime.MinValue - Epoch).Ticks / TimeSpan.TicksPerMicrosecond)
        {
            return "beyond time"u8;
        }

        // Seven decimals, of which the last is zero, and Z.
        Epoch.AddTicks(since2000 * TimeSpan.TicksPerMicrosecond).TryFormat(room, out var written, "O", CultureInfo.InvariantCulture);
        room[written - 2] = room[written - 1];
        return room[..(written - 1)];
    }

    private bool IsNull(int column) => _places[column].Length < 0;

    private ReadOnlySpan<byte> Bytes(int column) =>
        IsNull(column) ? default : _bytes.Slice(_places[column].From, _places[column].Length);

    private long? Int64(int column) => IsNull(column) ? null : BinaryPrimitives.ReadInt64BigEndian(Bytes(column));

    private Guid? Id(int column) => IsNull(column) ? null : new Guid(Bytes(column), bigEndian: true);

    private Utf8Text Text(int column) => new(Bytes(column), IsNull(column));

    private ReadOnlySpan<byte> Json(int column) => IsNull(column) ? "null"u8 : Bytes(column)[1..];

    [InlineArray(Columns)]
    private struct Places
    {
        private (int From, int Length) _first;
    }
}
