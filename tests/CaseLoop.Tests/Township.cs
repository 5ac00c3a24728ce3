using System.Text.Json;

namespace LiaisonStation.CaseLoop.Tests;

/// <summary>The demonstration people and bodies of one town who take part in the loop.</summary>
public sealed record Township(
    string Code, Guid SupervisionGroup, Guid TownGovernment, Guid Section, IReadOnlyList<Guid> Presidium, Guid DeputyId,
    Guid HandlerId, Guid LeaderId)
{
    public string Station => $"{Code}-station";

    public string Deputy => $"{Code}-deputy-1";

    public string Office => $"{Code}-congress-office";

    public string Recorder => $"{Code}-presidium";

    public string Government => $"{Code}-town-government";

    public string Handler => $"{Code}-section-1";

    public string Leader => $"{Code}-leader-1";

    /// <summary>Any three of them are enough for a review.</summary>
    public IReadOnlyList<string> Supervisors => [.. Enumerable.Range(1, 5).Select(n => $"{Code}-deputy-{n}")];

    public static async Task<Township> Find(Door door, string code)
    {
        var office = $"{code}-congress-office";
        var groups = (await door.Get(office, "/api/intake/registry/groups")).GetProperty("items").EnumerateArray().ToArray();
        var units = (await door.Get(office, "/api/intake/registry/units")).GetProperty("items").EnumerateArray().ToArray();
        var people = (await door.Get(office, $"/api/intake/registry/people?search={code}-deputy-1")).GetProperty("items");
        var handler = (await door.Get(office, $"/api/intake/registry/people?search={code}-section-1")).GetProperty("items");
        var leader = (await door.Get(office, $"/api/intake/registry/people?search={code}-leader-1")).GetProperty("items");
        return new Township(
            code, Id(Kind(groups, "SupervisionGroup")), Id(Kind(units, "TownGovernment")),
            handler[0].GetProperty("unitId").GetGuid(),
            [.. Kind(groups, "Presidium").GetProperty("members").EnumerateArray().Select(m => m.GetGuid())],
            Id(people.EnumerateArray().Single(p => p.GetProperty("login").GetString() == $"{code}-deputy-1")),
            Id(handler[0]), Id(leader[0]));

        static Guid Id(JsonElement item) => item.GetProperty("id").GetGuid();
        static JsonElement Kind(JsonElement[] all, string kind) => all.Single(i => i.GetProperty("kind").GetString() == kind);
    }
}
