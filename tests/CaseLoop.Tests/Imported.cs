using System.Text.Json;

namespace LiaisonStation.CaseLoop.Tests;

public static class Imported
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static Task<JsonElement> Done(Door door, string person, Guid import) => Until(door, person, import, "done");

    public static async Task<IReadOnlyList<JsonElement>> Rows(Door door, string person, Guid import)
    {
        var rows = new List<JsonElement>();
        for (var after = "0"; after is not null;)
        {
            var page = (await door.Get(person, $"/api/intake/imports/{import}?size=200&after={after}")).GetProperty("rows");
            rows.AddRange(page.GetProperty("items").EnumerateArray());
            after = page.GetProperty("next").GetString();
        }

        return rows;
    }

    private static async Task<JsonElement> Until(Door door, string person, Guid import, string state)
    {
        var last = default(JsonElement);
        await Wait.Until(
            async () =>
            {
                last = await door.Get(person, $"/api/intake/imports/{import}");
                return last.GetProperty("state").GetString() == state;
            },
            Patience, () => $"The import did not get {state}: {last}");
        return last;
    }
}
