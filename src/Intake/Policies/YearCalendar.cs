using System.Globalization;
using LiaisonStation.EventStore;

namespace LiaisonStation.Intake.Policies;

public interface ICalendarEvent;

/// <summary>A year's working calendar was entered, or entered anew.</summary>
/// <param name="Holidays">Days off, in order.</param>
/// <param name="Workdays">Saturdays and Sundays made working days (调休), in order.</param>
/// <param name="Version">Counts in its year, from 1; the last one counts.</param>
public sealed record CalendarEntered(
    int Year, int Version, IReadOnlyList<DateOnly> Holidays, IReadOnlyList<DateOnly> Workdays, string DocumentNumber) : ICalendarEvent;

/// <summary>The working calendar of a year as it was entered last.</summary>
public sealed record YearCalendar(
    int Year, int Version, IReadOnlyList<DateOnly> Holidays, IReadOnlyList<DateOnly> Workdays, string DocumentNumber)
{
    public static StreamType<YearCalendar, ICalendarEvent> Stream { get; } = new("calendar", Evolve);

    public static YearCalendar Evolve(YearCalendar? c, ICalendarEvent e) => e switch
    {
        CalendarEntered r => new(r.Year, r.Version, r.Holidays, r.Workdays, r.DocumentNumber),
        _ => throw new InvalidOperationException($"{e.GetType().Name} is no event of a calendar."),
    };

    /// <summary>The one stream of a year.</summary>
    public static Guid IdOf(int year) => Uuid.Derive(Root, year.ToString(CultureInfo.InvariantCulture));

    private static readonly Guid Root = Uuid.Derive(Guid.Empty, "calendar");
}
