using LiaisonStation.Contracts;
using LiaisonStation.Rules;

namespace LiaisonStation.Deliberation;

/// <summary>A topic's place in a monthly batch, with the dates the month gives it.</summary>
/// <remarks>
/// The sources name a monthly cadence and no dates. The office has screened a month's proposals by the 5th of the next one, the Presidium
/// has decided on them by the 10th; what it has not dealt with by then goes into that next month's batch. The group meets, and the
/// Presidium refers, within the month after the one in which it became due.
/// </remarks>
public sealed record Place(Month Month, Limit Screening, Limit Confirmation)
{
    private const int ScreenedBy = 5;
    private const int ConfirmedBy = 10;

    public static Place In(Month month, DateOnly today, Policy policy, WorkingCalendar calendar) => new(
        month,
        calendar.Until(today, month.Next.First.AddDays(ScreenedBy - 1), policy),
        calendar.Until(today, ConfirmedIn(month), policy));

    /// <summary>In the first later month whose batch can still be decided on.</summary>
    public static Place After(Month month, DateOnly today, Policy policy, WorkingCalendar calendar)
    {
        do
        {
            month = month.Next;
        }
        while (ConfirmedIn(month) < today);

        return In(month, today, policy, calendar);
    }

    /// <summary>The last day on which the Presidium decides on a month's batch.</summary>
    public static DateOnly ConfirmedIn(Month month) => month.Next.First.AddDays(ConfirmedBy - 1);

    /// <summary>To be done within the month after this day's.</summary>
    public static Limit WithinNextMonth(DateOnly today, Policy policy, WorkingCalendar calendar) =>
        calendar.Until(today, Month.Of(today).Next.Last, policy);
}
