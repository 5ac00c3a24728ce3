using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <summary>What somebody linked to an appeal does with it: for themself, or through the station, where they came in person.</summary>
public static class FollowOwn
{
    /// <param name="submitter">For whom the station enters it; its submitter where left out. Nobody else says it for another.</param>
    /// <param name="decide">With the keys of whom it is about.</param>
    public static async Task<IResult> Follow(
        this HttpContext http, StreamStore store, Guid id, Guid? submitter,
        Func<KeyRing, Guid, Func<Appeal, Decision<IAppealEvent>>> decide)
    {
        var caller = http.Caller();
        if (await store.Load(Appeal.Stream, id, caller.Tenant, http.RequestAborted) is not { State: var appeal })
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        var person = caller.Role == Role.Station ? submitter ?? appeal.Submitter : caller.Person;
        if (!appeal.Linked.Union(appeal.Left).Contains(person))
        {
            return http.Problem(Refuse.Forbidden("not-a-submitter"));
        }

        var keys = await http.Keys(person);
        if (keys.Objection(person) is { } objection)
        {
            return http.Problem(objection);
        }

        var decided = decide(keys, person);
        return await http.Write(id, (a, _, _) => decided(a));
    }
}
