using LiaisonStation.Contracts;

namespace LiaisonStation.Rules;

/// <summary>
/// The national calendar with its make-up working days (调休). Monday to Friday are working days but for the holidays the State Council
/// announced; some Saturdays and Sundays are made working days. A year it has no calendar for is never guessed.
/// </summary>
public sealed class WorkingCalendar
{
    private readonly HashSet<DateOnly> _holidays = [];
    private readonly HashSet<DateOnly> _makeUp = [];
    private readonly HashSet<int> _years = [];

    /// <param name="years">Of several for one year the last one counts: the office may correct what it entered.</param>
    public WorkingCalendar(IEnumerable<CalendarPublished> years)
    {
        foreach (var year in years.GroupBy(y => y.Year).Select(y => y.Last()))
        {
            _years.Add(year.Year);
            _holidays.UnionWith(year.Holidays);
            _makeUp.UnionWith(year.Workdays);
        }
    }

    /// <summary>2011 to 2026, from the announcements of the State Council's office as holiday-calendar 1.3.3 (MIT) collects them.</summary>
    public static IReadOnlyList<CalendarPublished> National { get; } = ReadNational();

    /// <summary>The last year up to which no calendar is missing.</summary>
    public int LastYear => _years.Where(y => !_years.Contains(y + 1)).Min();

    public bool Covers(DateOnly day) => _years.Contains(day.Year);

    /// <summary>Null where no calendar says so.</summary>
    public bool? IsWorkingDay(DateOnly day) => !Covers(day)
        ? null
        : _makeUp.Contains(day) || (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !_holidays.Contains(day));

    /// <summary>The <paramref name="days"/>-th working day after a day, which is not counted itself; null beyond the calendar.</summary>
    public DateOnly? After(DateOnly day, int days)
    {
        while (days > 0)
        {
            day = day.AddDays(1);
            switch (IsWorkingDay(day))
            {
                case null: return null;
                case true: days--; break;
            }
        }

        return day;
    }

    /// <summary>The <paramref name="days"/>-th working day before a day, which is not counted itself; null where no calendar says so.</summary>
    public DateOnly? Before(DateOnly day, int days)
    {
        while (days > 0)
        {
            day = day.AddDays(-1);
            switch (IsWorkingDay(day))
            {
                case null: return null;
                case true: days--; break;
            }
        }

        return day;
    }

    /// <summary>A limit of working days. Beyond the calendar its date stays open and is fixed when the calendar comes.</summary>
    /// <param name="from">The local date it counts from, not counted itself.</param>
    public Limit Limit(DateOnly from, int workingDays, Policy policy)
    {
        var due = After(from, workingDays);
        return new(from, workingDays, due, WarnOn(due, policy), policy.Version);
    }

    /// <summary>A limit whose last day was set.</summary>
    public Limit Until(DateOnly from, DateOnly dueOn, Policy policy) => new(from, null, dueOn, WarnOn(dueOn, policy), policy.Version);

    /// <summary>The same limit with its date, where the calendar has come by now.</summary>
    public Limit Fix(Limit limit, Policy policy) =>
        limit is { DueOn: null, WorkingDays: { } days } && After(limit.From, days) is { } due
            ? limit with { DueOn = due, WarnOn = WarnOn(due, policy) }
            : limit;

    // Yellow with so many working days left, the last one among them. Where no calendar says so, the last day alone is.
    private DateOnly? WarnOn(DateOnly? due, Policy policy) =>
        due is { } day ? Before(day.AddDays(1), policy.YellowWorkingDays) ?? day : null;

    private static List<CalendarPublished> ReadNational()
    {
        using var resource = typeof(WorkingCalendar).Assembly.GetManifestResourceStream("LiaisonStation.Rules.working_calendar_cn.csv")!;
        using var reader = new StreamReader(resource);

        // A few days of a New Year's holiday lie in the year before.
        return [.. CalendarFile.Read(reader.ReadToEnd())!.GroupBy(d => d.Day.Year).OrderBy(y => y.Key).Select(y => new CalendarPublished(
            y.Key, [.. y.Where(d => !d.Works).Select(d => d.Day)], [.. y.Where(d => d.Works).Select(d => d.Day)], "国务院办公厅", 0))];
    }
}

public static class LimitExtensions
{
    /// <summary>24:00 Asia/Shanghai of the last day, in UTC; null while the date is open.</summary>
    public static DateTimeOffset? DueAt(this Limit limit) => limit.DueOn is { } day ? BusinessTime.EndOf(day) : null;

    /// <summary>0:00 Asia/Shanghai of the first yellow day, in UTC; null while the date is open.</summary>
    public static DateTimeOffset? WarnAt(this Limit limit) => limit.WarnOn is { } day ? BusinessTime.StartOf(day) : null;

    /// <summary>"Before expiry" includes the last instant; a limit without a date has not expired.</summary>
    public static bool IsPast(this Limit limit, DateTimeOffset at) => limit.DueAt() is { } due && at > due;
}
