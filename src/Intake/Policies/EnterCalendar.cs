using LiaisonStation.EventStore;
using LiaisonStation.Intake.Registry;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using Microsoft.AspNetCore.Mvc;

namespace LiaisonStation.Intake.Policies;

/// <param name="Holidays">Days off that the State Council's office announced, weekends among them or not.</param>
/// <param name="Workdays">Saturdays and Sundays made working days.</param>
/// <param name="DocumentNumber">Of the announcement.</param>
public sealed record EnterCalendar(
    [property: Given] IReadOnlyList<DateOnly> Holidays, IReadOnlyList<DateOnly> Workdays,
    [property: Text(Assignment.DocumentNumberLength)] string DocumentNumber);

public static class EnteringCalendar
{
    private const int FirstYear = 2011;
    private const int LastYear = 2100;
    private const int LargestFile = 1024 * 1024;

    /// <summary>What is wrong with it, field by field.</summary>
    public static IReadOnlyList<(string Field, string Code)> Objections(int year, EnterCalendar c) =>
    [
        .. from wrong in new (bool Is, string Field, string Code)[]
        {
            (year is < FirstYear or > LastYear, "year", "out-of-range"),
            (c.Holidays.Any(d => d.Year != year), "holidays", "of-another-year"),
            (c.Workdays.Any(d => d.Year != year), "workdays", "of-another-year"),
            (c.Workdays.Intersect(c.Holidays).Any(), "workdays", "a-holiday-too"),
            (c.Workdays.Any(d => d.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)), "workdays", "not-of-a-weekend"),
        }
        where wrong.Is
        select (wrong.Field, wrong.Code),
    ];

    public static Decision<ICalendarEvent> Decide(YearCalendar? calendar, int year, EnterCalendar c)
    {
        DateOnly[] holidays = [.. c.Holidays.Distinct().Order()], workdays = [.. c.Workdays.Distinct().Order()];
        return calendar is not null && calendar.DocumentNumber == c.DocumentNumber
            && calendar.Holidays.SequenceEqual(holidays) && calendar.Workdays.SequenceEqual(workdays)
            ? []
            : [new CalendarEntered(year, (calendar?.Version ?? 0) + 1, holidays, workdays, c.DocumentNumber)];
    }

    public static void Map(RouteGroupBuilder calendars)
    {
        calendars.MapPost("/{year:int}", Post)
            .RequireRole(Authority.For(Act.KeepOffice))
            .WithSummary("Enter a year's working calendar, by the county's office; entered again, it takes the place of what was");
        calendars.MapPost("/{year:int}/file", PostFile)
            .RequireRole(Authority.For(Act.KeepOffice))
            .WithMetadata(new RequestSizeLimitAttribute(LargestFile))
            .Accepts<IFormFile>("multipart/form-data")
            .WithSummary("The same from a CSV file (date, type: public_holiday or transfer_workday): the fields file and documentNumber");
    }

    private static async Task<IResult> Post(int year, EnterCalendar c, HttpContext http) =>
        !Townships.IsCounty(http.Caller().Tenant) ? http.Problem(Refuse.Forbidden("county-office-only"))
        : Objections(year, c) is { Count: > 0 } wrong ? http.Malformed(wrong)
        : await http.Found(YearCalendar.Stream, YearCalendar.IdOf(year), (calendar, _, _) => Decide(calendar, year, c), calendar => calendar);

    private static async Task<IResult> PostFile(int year, HttpContext http)
    {
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(http.RequestAborted) : null;
        var (file, document) = (form?.Files.GetFile("file"), form?["documentNumber"].ToString());
        if (file is null || string.IsNullOrWhiteSpace(document))
        {
            return http.Malformed(file is null ? ("file", "required") : ("documentNumber", "required"));
        }

        if (TextAttribute.Length(document) > Assignment.DocumentNumberLength)
        {
            return http.Malformed(("documentNumber", "too-long"));
        }

        using var reader = new StreamReader(file.OpenReadStream());
        if (CalendarFile.Read(await reader.ReadToEndAsync(http.RequestAborted)) is not { } days)
        {
            return http.Malformed(("file", "not-a-calendar"));
        }

        // The nation's file holds many years; this is about one.
        var ofYear = days.Where(d => d.Day.Year == year).ToArray();
        return ofYear.Length == 0
            ? http.Malformed(("file", "of-another-year"))
            : await Post(
                year, new([.. ofYear.Where(d => !d.Works).Select(d => d.Day)], [.. ofYear.Where(d => d.Works).Select(d => d.Day)], document), http);
    }
}
