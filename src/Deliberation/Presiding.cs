using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation;

/// <summary>Who asks for an act that is the Presidium's, and the rules it is measured by.</summary>
/// <param name="By">The role the act is done in.</param>
/// <param name="Presidium">All members of the township's Presidium; null where it has none.</param>
public sealed record Presiding(
    Role By, Guid Person, IReadOnlyList<Guid>? Presidium, Policy Policy, WorkingCalendar Calendar, DateOnly Today)
{
    /// <summary>The recorder of its meetings, its chair where policy leaves the act to him, and in a street the committee.</summary>
    public static Role[] Roles { get; } =
        [.. Authority.For(Act.Decide), .. Authority.For(Act.DecideAsChair), .. Authority.For(Act.DecideByCommission)];

    /// <summary>What carries the act in this role; anything else that was given does not count.</summary>
    public Resolution Resolve(Meeting? meeting, Commission? commission) => By switch
    {
        Role.TownChair => new(),
        Role.StreetWorkCommittee => new(Commission: commission),
        _ => new(meeting),
    };

    /// <summary>Why the act is not carried; null when it is.</summary>
    /// <param name="act">What policy may leave to the chair alone; null where it leaves nothing.</param>
    public Refusal? Objection(Resolution resolution, ChairAct? act, IReadOnlyList<Guid> recused) =>
        By is not Role.Presidium && recused.Contains(Person)
            ? Refuse.Forbidden("recused-takes-no-part")
            : resolution.Objection(By, act, Policy, Presidium, recused, Today)?.Refusal();

    /// <summary>The caller and what rules in the caller's township now.</summary>
    public static async Task<Presiding> Now(HttpContext http, Township township)
    {
        var (caller, today) = (http.Caller(), BusinessTime.DateOf(http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()));
        return new(
            caller.Role, caller.Person, await township.Presidium(http.RequestAborted), await township.Policy(today, http.RequestAborted),
            await township.Calendar(http.RequestAborted), today);
    }
}
