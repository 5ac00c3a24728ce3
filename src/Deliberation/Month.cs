using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiaisonStation.Deliberation;

/// <summary>A local month; in text and JSON <c>2026-03</c>.</summary>
[JsonConverter(typeof(AsText))]
public readonly record struct Month(int Year, int Number) : IComparable<Month>
{
    private const string Format = "yyyy-MM";

    /// <summary>Its first day.</summary>
    public DateOnly First => new(Year, Number, 1);

    /// <summary>Its last day.</summary>
    public DateOnly Last => First.AddMonths(1).AddDays(-1);

    public Month Next => Of(First.AddMonths(1));

    public static Month Of(DateOnly day) => new(day.Year, day.Month);

    public static bool TryParse([NotNullWhen(true)] string? text, out Month month)
    {
        var read = DateOnly.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var first);
        month = Of(first);
        return read;
    }

    public static bool operator <(Month one, Month other) => one.CompareTo(other) < 0;

    public static bool operator >(Month one, Month other) => one.CompareTo(other) > 0;

    public static bool operator <=(Month one, Month other) => one.CompareTo(other) <= 0;

    public static bool operator >=(Month one, Month other) => one.CompareTo(other) >= 0;

    public int CompareTo(Month other) => (Year, Number).CompareTo((other.Year, other.Number));

    public override string ToString() => First.ToString(Format, CultureInfo.InvariantCulture);

    private sealed class AsText : JsonConverter<Month>
    {
        public override Month Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), out var month) ? month : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, Month value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
