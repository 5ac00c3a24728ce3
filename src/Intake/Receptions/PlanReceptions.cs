using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Receptions;

/// <param name="Rule">Days by RFC 5545: <c>FREQ=MONTHLY;BYMONTHDAY=15</c>, <c>FREQ=WEEKLY;BYDAY=TU</c>, <c>FREQ=MONTHLY;BYDAY=1WE</c>.</param>
/// <param name="From">The first day that may be one, local date.</param>
/// <param name="Until">The last one, at most a year later.</param>
/// <param name="PerDay">How many deputies are on duty at once.</param>
/// <param name="Deputies">Who take turns, in this order; all of the group where it is left out.</param>
public sealed record PlanReceptions(
    [property: Given] Guid Group, [property: Known] ReceptionKind Kind, [property: Text(100)] string Place, [property: Text(50)] string Hours,
    [property: Text(200)] string Rule, [property: Given] DateOnly From, [property: Given] DateOnly Until,
    [property: Range(1, 20, ErrorMessage = "out-of-range")] int PerDay = 2, IReadOnlyList<Guid>? Deputies = null,
    Guid? ContactPoint = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Until < From || Until.DayNumber - From.DayNumber > ReceptionRule.MostDays)
        {
            yield return Wrong.Because("out-of-range", nameof(Until));
        }
        else if (ReceptionRule.Days(Rule, From, Until) is not { } days)
        {
            yield return Wrong.Because("not-a-rule", nameof(Rule));
        }
        else if (days.Count == 0)
        {
            yield return Wrong.Because("no-days", nameof(Rule));
        }

        if (Deputies is { } turns && turns.Distinct().Count() < turns.Count)
        {
            yield return Wrong.Because("named-twice", nameof(Deputies));
        }
    }
}

public static class PlanningReceptions
{
    /// <summary>Day, place and deputies are made known so many days beforehand (Henan's practice, taken over in domain.md 1.10).</summary>
    public const int DaysBefore = 3;

    /// <param name="members">Of the group; null where the township has no such active group of deputies.</param>
    /// <param name="pointKnown">Whether the contact point named, if any, is open.</param>
    public static Decision<IReceptionEvent> Decide(
        ReceptionPlan? plan, Guid id, PlanReceptions c, IReadOnlyList<Guid>? members, bool pointKnown, DateOnly today)
    {
        if (plan is not null)
        {
            return [];
        }

        var days = ReceptionRule.Days(c.Rule, c.From, c.Until)!;
        var turns = c.Deputies ?? members ?? [];
        return members is null ? Refuse.Rule("unknown-group")
            : turns.Except(members).Any() ? Refuse.Rule("not-of-the-group")
            : turns.Count < c.PerDay ? Refuse.Rule("too-few-for-the-rota")
            : !pointKnown ? Refuse.Rule("contact-point-not-open")
            : days[0] < today.AddDays(DaysBefore) ? Refuse.Rule("reception-too-soon")
            : [new ReceptionsPlanned(
                id, c.Group, c.Kind, c.Place.Trim(), c.Hours.Trim(), c.ContactPoint, c.Rule,
                [.. days.Select((day, i) => new RotaDay(day, [.. Enumerable.Range(i * c.PerDay, c.PerDay).Select(t => turns[t % turns.Count])]))])];
    }

    public static void Map(RouteGroupBuilder plans) => plans
        .MapPost("/", Post)
        .RequireRole(Authority.For(Act.KeepStation))
        .WithSummary("Plan a group's receptions, house visits or shop days by a rule, with the rota of deputies");

    private static async Task<IResult> Post(PlanReceptions c, HttpContext http, StreamStore store, TimeProvider time)
    {
        var (id, township) = (time.NewId(), http.Caller().Tenant);
        var members = await GroupMembers.Of(store, township, c.Group, http.RequestAborted);
        var pointKnown = c.ContactPoint is null || (await store.Query(
            township, $"select 1 from contact_points where tenant_id = {township} and id = {c.ContactPoint}::uuid and closed_on is null",
            row => row.GetInt32(0), http.RequestAborted)).Count == 1;
        return await http.Found(
            ReceptionPlan.Stream, id, (plan, _, now) => Decide(plan, id, c, members, pointKnown, BusinessTime.DateOf(now)), plan => plan);
    }
}

/// <summary>The active deputies of a group that receives people.</summary>
public static class GroupMembers
{
    public static async Task<IReadOnlyList<Guid>?> Of(StreamStore store, string township, Guid group, CancellationToken cancellation) =>
        (await store.Query(
            township,
            $"""
            select array(select p.id from people p where p.tenant_id = g.tenant_id and p.id = any(g.members) and p.active
                           and {nameof(Role.Deputy)} = any(p.roles) order by p.id)
              from groups g
             where g.tenant_id = {township} and g.id = {group} and g.active
               and g.kind in ({nameof(GroupKind.DeputyGroup)}, {nameof(GroupKind.SupervisionGroup)}, {nameof(GroupKind.ProfessionalGroup)})
            """,
            row => row.GetFieldValue<Guid[]>(0),
            cancellation)).SingleOrDefault();
}

/// <summary>Days by a recurrence rule of RFC 5545, of the kinds that name days.</summary>
public static partial class ReceptionRule
{
    public const int MostDays = 366;

    /// <summary>In order; null where it is no such rule.</summary>
    public static IReadOnlyList<DateOnly>? Days(string rule, DateOnly from, DateOnly until)
    {
        if (!OfDays().IsMatch(rule))
        {
            return null;
        }

        try
        {
            var start = new CalDateTime(from);
            var recurring = new CalendarEvent { Start = start, RecurrenceRule = new RecurrenceRule(rule) };
            return [.. recurring.GetOccurrences(start, null).Select(o => o.Period.StartTime.Date).TakeWhile(day => day <= until)];
        }
        catch (Exception e) when (e is ArgumentException or FormatException or Ical.Net.Evaluation.EvaluationException)
        {
            return null;
        }
    }

    [GeneratedRegex("^FREQ=(WEEKLY|MONTHLY|YEARLY)(;(INTERVAL|BYDAY|BYMONTHDAY|BYMONTH|BYSETPOS|WKST)=[A-Z0-9,+-]+)+$")]
    private static partial Regex OfDays();
}
