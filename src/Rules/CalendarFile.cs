using System.Globalization;

namespace LiaisonStation.Rules;

/// <summary>
/// The form in which the nation's calendar is handed on: lines of <c>date,type</c>, where the type is <c>public_holiday</c> or
/// <c>transfer_workday</c>; further columns, such as the holiday's name, are left aside.
/// </summary>
public static class CalendarFile
{
    /// <summary>The days that are otherwise than their weekday says; null where the text is of another form.</summary>
    public static IReadOnlyList<(DateOnly Day, bool Works)>? Read(string text)
    {
        var lines = text.TrimStart('\uFEFF').Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines is not [var heading, ..] || heading.Split(',') is not ["date", "type", ..])
        {
            return null;
        }

        var days = new List<(DateOnly, bool)>();
        foreach (var line in lines[1..])
        {
            if (line.Split(',') is not [var date, ("public_holiday" or "transfer_workday") and var type, ..]
                || !DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                return null;
            }

            days.Add((day, type == "transfer_workday"));
        }

        return days;
    }
}
