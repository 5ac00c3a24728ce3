using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace LiaisonStation.EventStore;

/// <summary>Writes RFC 8785 JSON into one buffer that it keeps, so that hashing a row costs no memory but the row's own.</summary>
internal sealed class CanonicalWriter
{
    /// <summary>Whole numbers beyond this are not all doubles any more.</summary>
    private const long LastWhole = 1L << 53;

    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(b => (byte)b), (byte)'"', (byte)'\\']);

    private readonly List<Member> _members = [];
    private readonly ByName _byName;
    private byte[] _to = new byte[2048];
    private byte[] _sorted = new byte[2048];
    private int _length;

    public CanonicalWriter() => _byName = new(this);

    public ReadOnlySpan<byte> Written => _to.AsSpan(0, _length);

    public void Clear()
    {
        _length = 0;
        _members.Clear();
    }

    public void Raw(ReadOnlySpan<byte> written)
    {
        written.CopyTo(Space(written.Length));
        _length += written.Length;
    }

    /// <summary>A text as a JSON string; null as null.</summary>
    public void Text(Utf8Text text)
    {
        if (text.IsNull)
        {
            Raw("null"u8);
        }
        else
        {
            Text(text.Bytes);
        }
    }

    public void Id(Guid? id)
    {
        if (id is not { } given)
        {
            Raw("null"u8);
            return;
        }

        var space = Space(38);
        space[0] = space[37] = (byte)'"';
        given.TryFormat(space[1..], out _);
        _length += 38;
    }

    public void Whole(long number)
    {
        Utf8Formatter.TryFormat(number, Space(20), out var written);
        _length += written;
    }

    /// <param name="exact">False: numbers are rounded to doubles as RFC 8785 does, for rows that others have written.</param>
    /// <param name="without">A key of the outermost object to leave out.</param>
    /// <returns>What stood under that key, as <c>->></c> gives it; null where there was none.</returns>
    /// <exception cref="NotCanonicalException">See <see cref="CanonicalJson.Of"/>.</exception>
    public string? Json(ReadOnlySpan<byte> utf8, bool exact, string? without = null)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8);
            reader.Read();
            var left = Value(ref reader, exact, without);
            reader.Read();
            return left;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or OverflowException)
        {
            throw new NotCanonicalException("This is no JSON that has one meaning: not well-formed, a key twice or half a character.", e);
        }
    }

    private string? Value(ref Utf8JsonReader reader, bool exact, string? without = null)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Object(ref reader, exact, without);
            case JsonTokenType.StartArray:
                Raw("["u8);
                for (var first = true; reader.Read() && reader.TokenType != JsonTokenType.EndArray; first = false)
                {
                    Raw(first ? ""u8 : ","u8);
                    Value(ref reader, exact);
                }

                Raw("]"u8);
                break;
            case JsonTokenType.String:
                Text(ref reader);
                break;
            case JsonTokenType.Number:
                Number(ref reader, exact);
                break;
            default:
                Raw(reader.ValueSpan);
                break;
        }

        return null;
    }

    private string? Object(ref Utf8JsonReader reader, bool exact, string? without)
    {
        string? left = null;
        Raw("{"u8);
        var (begin, first, sorted) = (_length, _members.Count, true);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var from = _length;
            Text(ref reader);
            var nameEnd = _length;
            var name = IsPlain(reader.ValueSpan) ? null : reader.GetString();
            var omitted = without is not null && reader.ValueTextEquals(without);
            Raw(":"u8);
            reader.Read();
            Value(ref reader, exact);
            if (omitted)
            {
                left = reader.TokenType switch
                {
                    JsonTokenType.String => reader.GetString(),
                    JsonTokenType.Null => null,
                    _ => Encoding.UTF8.GetString(_to.AsSpan((nameEnd + 1).._length)),
                };
                _length = from;
                continue;
            }

            Raw(","u8);
            _members.Add(new(from, nameEnd, _length, name));
            sorted = sorted && (_members.Count == first + 1 || _byName.Compare(_members[^2], _members[^1]) < 0);
        }

        if (!sorted)
        {
            Sort(begin, first);
        }

        if (_members.Count > first)
        {
            _length--;
            _members.RemoveRange(first, _members.Count - first);
        }

        Raw("}"u8);
        return left;
    }

    private void Sort(int begin, int first)
    {
        _members.Sort(first, _members.Count - first, _byName);
        if (_sorted.Length < _length - begin)
        {
            _sorted = new byte[_to.Length];
        }

        var at = 0;
        for (var i = first; i < _members.Count; i++)
        {
            // A key twice would be read as one of the two, by some the first and by others the last.
            if (i > first && _byName.Compare(_members[i - 1], _members[i]) == 0)
            {
                throw new JsonException("A key stands twice.");
            }

            _to.AsSpan(_members[i].From.._members[i].End).CopyTo(_sorted.AsSpan(at));
            at += _members[i].End - _members[i].From;
        }

        _sorted.AsSpan(0, at).CopyTo(_to.AsSpan(begin));
    }

    private void Text(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped)
        {
            var unescaped = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
            try
            {
                Text(unescaped.AsSpan(0, reader.CopyString(unescaped)));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(unescaped);
            }
        }
        else if (Utf8.IsValid(reader.ValueSpan))
        {
            // Without an escape, what stands there is what RFC 8785 would write.
            Raw("\""u8);
            Raw(reader.ValueSpan);
            Raw("\""u8);
        }
        else
        {
            throw new JsonException("A text is no UTF-8.");
        }
    }

    private void Number(ref Utf8JsonReader reader, bool exact)
    {
        if (reader.TryGetInt64(out var whole) && whole is >= -LastWhole and <= LastWhole)
        {
            Whole(whole);
            return;
        }

        var number = reader.GetDouble();
        if (!exact && !double.IsFinite(number))
        {
            // Beyond RFC 8785, and what stands there must enter the hash all the same.
            Raw(reader.ValueSpan);
            return;
        }

        var written = CanonicalJson.Number(number);
        if (exact && CanonicalJson.Decimal(written) != CanonicalJson.Decimal(Encoding.ASCII.GetString(reader.ValueSpan)))
        {
            throw new NotCanonicalException($"A number has more digits than a double holds: it would be read as {written}.");
        }

        Raw(Encoding.ASCII.GetBytes(written));
    }

    private void Text(ReadOnlySpan<byte> text)
    {
        Raw("\""u8);
        for (int at; (at = text.IndexOfAny(Escaped)) >= 0; text = text[(at + 1)..])
        {
            Raw(text[..at]);
            Raw(text[at] switch
            {
                0 => throw new NotCanonicalException("A text holds U+0000, which PostgreSQL does not keep."),
                (byte)'"' => "\\\""u8,
                (byte)'\\' => @"\\"u8,
                8 => @"\b"u8,
                9 => @"\t"u8,
                10 => @"\n"u8,
                12 => @"\f"u8,
                13 => @"\r"u8,
                _ => Encoding.ASCII.GetBytes($"\\u{text[at]:x4}"),
            });
        }

        Raw(text);
        Raw("\""u8);
    }

    /// <summary>Whether the order of its bytes is the order of its UTF-16 units.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> name) => Ascii.IsValid(name) && !name.Contains((byte)'\\');

    private Span<byte> Space(int length)
    {
        if (_to.Length - _length < length)
        {
            Array.Resize(ref _to, Math.Max(_to.Length * 2, _length + length));
        }

        return _to.AsSpan(_length);
    }

    /// <summary>Where a member of an object stands: its name in quotes, a colon, its value and a comma.</summary>
    /// <param name="Name">Where its bytes are not in the order of its UTF-16 units.</param>
    private readonly record struct Member(int From, int NameEnd, int End, string? Name);

    /// <summary>By UTF-16 code units, which is what an ordinal comparison of .NET strings does.</summary>
    private sealed class ByName(CanonicalWriter writer) : IComparer<Member>
    {
        public int Compare(Member x, Member y) => x.Name is null && y.Name is null
            ? Bytes(x).SequenceCompareTo(Bytes(y))
            : string.CompareOrdinal(x.Name ?? Encoding.ASCII.GetString(Bytes(x)), y.Name ?? Encoding.ASCII.GetString(Bytes(y)));

        private ReadOnlySpan<byte> Bytes(Member member) => writer._to.AsSpan((member.From + 1)..(member.NameEnd - 1));
    }
}
