using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using LiaisonStation.Contracts;
using Xunit.Abstractions;

namespace LiaisonStation.Rules.Tests;

public sealed class CalendarTests(ITestOutputHelper output)
{
    private static readonly WorkingCalendar Calendar = new(WorkingCalendar.National);

    private static readonly CalendarPublished Of2027 = new(
        2027, [new(2027, 1, 1)], [new(2027, 1, 3)], "9号", 1);

    /// <summary>The nation's file, beside the repository where it was handed on.</summary>
    private static string SharedFile([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../shared/data/working_calendar_cn.csv"));

    [Fact]
    public void every_day_of_every_year_is_what_the_nations_file_says()
    {
        if (!File.Exists(SharedFile()))
        {
            output.WriteLine($"Skipped: {SharedFile()} is not there.");
            return;
        }

        var said = File.ReadLines(SharedFile()).Skip(1).Select(l => l.Split(',')).ToDictionary(l => l[0], l => l[1]);
        var days = 0;
        for (var day = new DateOnly(2011, 1, 1); day.Year <= 2026; day = day.AddDays(1), days++)
        {
            var expected = said.GetValueOrDefault(day.ToString("yyyy-MM-dd", null)) switch
            {
                "public_holiday" => false,
                "transfer_workday" => true,
                null => (int)day.DayOfWeek is >= 1 and <= 5,
                var other => throw new InvalidDataException($"{other} is no kind of day."),
            };
            Assert.True(expected == Calendar.IsWorkingDay(day), $"{day:yyyy-MM-dd}");
        }

        Assert.Equal(5844, days);
        Assert.Equal(553, said.Count);
    }

    [Theory]

    // National Day 2026: off from 1 to 7 October, Sunday 20 September and Saturday 10 October made up.
    [InlineData("2026-09-30", 1, "2026-10-08")]
    [InlineData("2026-09-30", 3, "2026-10-10")]
    [InlineData("2026-09-30", 4, "2026-10-12")]
    [InlineData("2026-09-18", 1, "2026-09-20")]

    // Spring Festival 2026: off from 15 to 23 February, Saturdays 14 and 28 February made up.
    [InlineData("2026-02-13", 1, "2026-02-14")]
    [InlineData("2026-02-13", 2, "2026-02-24")]
    [InlineData("2026-02-14", 5, "2026-02-28")]
    [InlineData("2026-02-27", 15, "2026-03-19")]

    // From a Sunday, into a plain week.
    [InlineData("2026-03-01", 5, "2026-03-06")]
    [InlineData("2026-03-02", 0, "2026-03-02")]
    public void so_many_working_days_later(string from, int days, string expected) =>
        Assert.Equal(DateOnly.Parse(expected, null), Calendar.After(DateOnly.Parse(from, null), days));

    [Fact]
    public void beyond_the_last_calendar_nothing_is_guessed()
    {
        Assert.Equal(2026, Calendar.LastYear);
        Assert.Null(Calendar.IsWorkingDay(new(2027, 1, 4)));
        Assert.Equal(new DateOnly(2026, 12, 31), Calendar.After(new(2026, 12, 30), 1));
        Assert.Null(Calendar.After(new(2026, 12, 30), 2));
        Assert.Null(Calendar.Before(new(2011, 1, 4), 2));
        Assert.Null(Calendar.After(new(2030, 5, 5), 1));
    }

    [Fact]
    public void a_limit_beyond_it_stays_open_and_is_fixed_when_the_calendar_comes()
    {
        var open = Calendar.Limit(new(2026, 12, 30), 3, Policy.BuiltIn);
        Assert.Equal(new Limit(new(2026, 12, 30), 3, null, null, "built-in"), open);
        Assert.Null(open.DueAt());
        Assert.False(open.IsPast(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.Same(open, Calendar.Fix(open, Policy.BuiltIn));

        // 31 December, then Sunday 3 January made up, then Monday the 4th.
        var calendar = new WorkingCalendar([.. WorkingCalendar.National, Of2027]);
        Assert.Equal(new Limit(new(2026, 12, 30), 3, new(2027, 1, 4), new(2027, 1, 4), "built-in"), calendar.Fix(open, Policy.BuiltIn));
        Assert.Equal(2027, calendar.LastYear);
    }

    [Fact]
    public void a_limit_once_fixed_stays_as_it_is()
    {
        var set = Calendar.Until(new(2026, 3, 2), new(2026, 3, 20), Policy.BuiltIn);
        var corrected = new WorkingCalendar([.. WorkingCalendar.National, new(2026, [new(2026, 3, 20)], [], "10号", 1)]);
        Assert.Equal(set, corrected.Fix(set, Policy.BuiltIn));
        var counted = Calendar.Limit(new(2026, 3, 2), 5, Policy.BuiltIn);
        Assert.Equal(counted, corrected.Fix(counted, Policy.BuiltIn));
    }

    [Fact]
    public void a_year_that_is_missing_between_two_is_missing()
    {
        var gap = new WorkingCalendar([.. WorkingCalendar.National, Of2027 with { Year = 2028, Holidays = [new(2028, 1, 1)], Workdays = [] }]);
        Assert.Equal(2026, gap.LastYear);
        Assert.Null(gap.After(new(2026, 12, 30), 5));
        Assert.Null(gap.Before(new(2028, 1, 5), 5));
        Assert.Equal(new DateOnly(2028, 1, 4), gap.After(new(2028, 1, 2), 2));
    }

    [Fact]
    public void of_two_calendars_of_a_year_the_last_one_counts()
    {
        var corrected = new WorkingCalendar([Of2027, Of2027 with { Holidays = [new(2027, 1, 4)], Workdays = [], Version = 2 }]);
        Assert.Equal((true, false, false), (
            corrected.IsWorkingDay(new(2027, 1, 1)), corrected.IsWorkingDay(new(2027, 1, 3)), corrected.IsWorkingDay(new(2027, 1, 4))));
    }

    [Fact]
    public void it_is_yellow_from_the_last_working_days_and_red_after_24_00()
    {
        // Due on Monday 9 March; with two days yellow, from Friday the 6th.
        var policy = Policy.Of([new("330225000", 1, new(2026, 1, 1), AdoptingBody.StandingCommittee, "1号", new() { YellowWorkingDays = 2 })], "330225109", new(2026, 3, 2));
        var limit = Calendar.Limit(new(2026, 3, 2), 5, policy);
        Assert.Equal(new Limit(new(2026, 3, 2), 5, new(2026, 3, 9), new(2026, 3, 6), "built-in+330225000/1"), limit);
        Assert.Equal(new DateOnly(2026, 3, 9), Calendar.Limit(new(2026, 3, 2), 5, Policy.BuiltIn).WarnOn);
        Assert.Equal(new DateTimeOffset(2026, 3, 9, 16, 0, 0, TimeSpan.Zero), limit.DueAt());
        Assert.Equal(new DateTimeOffset(2026, 3, 5, 16, 0, 0, TimeSpan.Zero), limit.WarnAt());
        Assert.False(limit.IsPast(limit.DueAt()!.Value));
        Assert.True(limit.IsPast(limit.DueAt()!.Value.AddTicks(1)));
    }

    [Fact]
    public void a_limit_set_on_a_sunday_is_yellow_from_the_friday_before() =>
        Assert.Equal(new DateOnly(2026, 3, 6), Calendar.Until(new(2026, 3, 2), new(2026, 3, 8), Policy.BuiltIn).WarnOn);

    [Fact]
    public void after_and_before_undo_each_other() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(
        Days.ToArbitrary(),
        start =>
        {
            if (Calendar.After(start.Day, start.Count) is not { } end || start.Count == 0)
            {
                return true;
            }

            // Back again one comes to the start, or where that is no working day, to the last one before it.
            var back = Calendar.Before(end, start.Count);
            return Calendar.IsWorkingDay(end) == true
                && back == (Calendar.IsWorkingDay(start.Day) == true ? start.Day : Calendar.Before(start.Day, 1));
        }));

    [Fact]
    public void working_days_add_up_and_never_go_back() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(
        Days.ToArbitrary(),
        start =>
        {
            var (all, half) = (Calendar.After(start.Day, start.Count), Calendar.After(start.Day, start.Count / 2));
            var rest = half is { } middle ? Calendar.After(middle, start.Count - (start.Count / 2)) : null;
            var counted = all is { } end
                ? Enumerable.Range(1, end.DayNumber - start.Day.DayNumber).Count(d => Calendar.IsWorkingDay(start.Day.AddDays(d)) == true)
                : start.Count;
            return all == rest && counted == start.Count && (all is null || Calendar.After(start.Day, start.Count + 1) is not { } later || later > all);
        }));

    // Over the ends of the calendar too.
    private static readonly Gen<(DateOnly Day, int Count)> Days =
        from day in Gen.Choose(0, 5900)
        from count in Gen.Choose(0, 300)
        select (new DateOnly(2010, 12, 1).AddDays(day), count);
}
