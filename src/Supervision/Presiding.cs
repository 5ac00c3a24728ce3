using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

/// <summary>Who asks for an act that is a body's, and the rules it is measured by.</summary>
/// <param name="By">The role the act is done in.</param>
/// <param name="Members">All members of the body: the township's Presidium, or the StandingCommittee; null where there is none.</param>
/// <param name="Now">UTC.</param>
public sealed record Presiding(
    Role By, Guid Person, IReadOnlyList<Guid>? Members, Policy Policy, WorkingCalendar Calendar, DateTimeOffset Now)
{
    /// <summary>The recorder of the Presidium's meetings, its chair where policy leaves the act to him, and in a street the committee.</summary>
    public static Role[] Roles { get; } =
        [.. Authority.For(Act.Decide), .. Authority.For(Act.DecideAsChair), .. Authority.For(Act.DecideByCommission)];

    public DateOnly Today => BusinessTime.DateOf(Now);

    /// <summary>Why the act is not carried; null when it is. Of a meeting those who attended decide, whoever records it.</summary>
    /// <param name="act">What policy may leave to the chair alone; null where it leaves nothing.</param>
    public Refusal? Objection(Order order, Resolution resolution, ChairAct? act) =>
        (By is Role.TownChair or Role.StreetWorkCommittee ? order.Recuses(Person) : null)
        ?? resolution.Objection(By, act, Policy, Members, [.. order.TakingNoPart()], Today)?.Refusal();

    /// <summary>The caller, the township's Presidium, and what rules there now.</summary>
    public static async Task<Presiding> Of(HttpContext http, Township township) =>
        await Of(http, township, await township.Presidium(http.RequestAborted));

    public static async Task<Presiding> Of(HttpContext http, Township township, IReadOnlyList<Guid>? members)
    {
        var (caller, (policy, calendar)) = (http.Caller(), await http.Rules(township));
        return new(
            caller.Role, caller.Person, members, policy, calendar, http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
    }
}
