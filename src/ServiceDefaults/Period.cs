using System.Globalization;
using LiaisonStation.Contracts;

namespace LiaisonStation.ServiceDefaults;

/// <summary>Local days in Asia/Shanghai, both included.</summary>
public sealed record Period(DateOnly From, DateOnly To)
{
    /// <summary>The first instant of the first day, UTC.</summary>
    public DateTimeOffset Start => BusinessTime.StartOf(From);

    /// <summary>The first instant after the last day, UTC.</summary>
    public DateTimeOffset End => BusinessTime.EndOf(To);

    /// <summary>The same days of the year before; of 29 February the 28th.</summary>
    public Period YearBefore => new(From.AddYears(-1), To.AddYears(-1));

    /// <summary>
    /// Reads two dates written <c>2026-01-31</c>; null with what is wrong, field by field: required, not-a-date, before-from.
    /// </summary>
    public static Period? Parse(string? from, string? to, out IReadOnlyList<(string Field, string Code)> wrong)
    {
        var (first, last) = (Date(from), Date(to));
        wrong = (first, last) switch
        {
            ({ } f, { } t) => t < f ? [("to", "before-from")] : [],
            _ => [.. Wrong("from", from, first), .. Wrong("to", to, last)],
        };
        return wrong.Count == 0 ? new(first!.Value, last!.Value) : null;
    }

    private static (string, string)[] Wrong(string field, string? text, DateOnly? date) =>
        date is not null ? [] : [(field, string.IsNullOrEmpty(text) ? "required" : "not-a-date")];

    // A year's digits are often mistyped; no records go so far.
    private static DateOnly? Date(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        && date.Year is >= 1900 and < 2200 ? date : null;
}
