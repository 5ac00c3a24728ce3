using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Intake.Policies;

public static class ReadCalendars
{
    private const int MostDays = 1000;

    public static void Map(RouteGroupBuilder calendars)
    {
        calendars.MapGet("/{year:int}", Get).RequireAnyRole().WithSummary("A year's working calendar, as entered or built in");
        calendars.MapGet("/working-days", WorkingDays).RequireAnyRole()
            .WithSummary("The day on which so many working days after a date end; none beyond the last calendar");
    }

    private static async Task<IResult> Get(int year, HttpContext http, StreamStore store)
    {
        var county = $"{http.Caller().Tenant[..6]}000";
        var entered = await store.Load(YearCalendar.Stream, YearCalendar.IdOf(year), county, http.RequestAborted);
        var builtIn = WorkingCalendar.National.SingleOrDefault(y => y.Year == year);
        return entered?.State is { } calendar ? TypedResults.Ok(calendar)
            : builtIn is not null ? TypedResults.Ok(new YearCalendar(year, 0, builtIn.Holidays, builtIn.Workdays, builtIn.DocumentNumber))
            : http.Problem(Refuse.Unknown("calendar-unknown"));
    }

    /// <param name="from">Local date, not counted itself.</param>
    private static async Task<IResult> WorkingDays(HttpContext http, StreamStore store, DateOnly from, int days)
    {
        if (days is < 0 or > MostDays)
        {
            return http.Malformed(("days", "out-of-range"));
        }

        var calendar = await new Township(store, http.Caller().Tenant).Calendar(http.RequestAborted);
        return TypedResults.Ok(new CountedDays(from, days, calendar.After(from, days), calendar.LastYear));
    }
}

/// <param name="EndsOn">Null where it lies beyond the calendar.</param>
/// <param name="LastYear">The last year that has a calendar.</param>
public sealed record CountedDays(DateOnly From, int WorkingDays, DateOnly? EndsOn, int LastYear);
