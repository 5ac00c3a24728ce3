using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LiaisonStation.ServiceDefaults;

/// <summary>A resident's words as they are shown.</summary>
/// <param name="Text">The words, or what stands in their place.</param>
/// <param name="Erased">The person was erased on request; nobody can read the words any more.</param>
public sealed record OpenedText(Guid Person, string Text, bool Erased);

/// <summary>Opens personal text for an answer: the keys of a whole page in one question to the vault.</summary>
public static class Opening
{
    public static Vault Vault(this HttpContext http) => http.RequestServices.GetRequiredService<Vault>();

    /// <summary>The keys to what these people wrote, as far as the caller's township or county has them.</summary>
    public static Task<KeyRing> Keys(this HttpContext http, params IEnumerable<Guid> people) =>
        http.Vault().Fetch(http.Caller().Tenant, people, http.RequestAborted);

    /// <summary>Why nothing can be recorded in a person's words; null where it can.</summary>
    public static Refusal? Objection(this KeyRing keys, Guid person) =>
        keys.IsDestroyed(person) ? Refuse.Rule("person-erased") : null;

    public static OpenedText Show(this KeyRing keys, PersonalText text)
    {
        if (keys.Open(text) is { } words)
        {
            return new OpenedText(text.Person, words, Erased: false);
        }

        var erased = keys.IsDestroyed(text.Person);
        var instead = Refusals.Shared(erased ? "erased-on-request" : "key-missing");
        return new OpenedText(text.Person, $"{instead.Zh} / {instead.En}", erased);
    }

    /// <summary>The answer as JSON, with every personal text in it opened, and without what the caller's roles are not shown.</summary>
    public static async Task<JsonNode> Opened(this HttpContext http, object answer)
    {
        var json = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var root = JsonSerializer.SerializeToNode(answer, answer.GetType(), json.To(http.Caller().Roles))!;
        var found = Sealed(root).ToList();
        var keys = await http.Keys(found.Select(f => f.Text.Person));
        foreach (var (place, text) in found)
        {
            place.ReplaceWith(JsonSerializer.SerializeToNode(keys.Show(text), json));
        }

        return root;
    }

    private static IEnumerable<(JsonNode Place, PersonalText Text)> Sealed(JsonNode? node) => node switch
    {
        JsonObject { Count: 2 } o when o["person"] is JsonValue person && o["sealed"] is JsonValue words =>
            [(o, new PersonalText(person.GetValue<Guid>(), words.GetValue<string>()))],
        JsonObject o => o.SelectMany(member => Sealed(member.Value)),
        JsonArray a => a.SelectMany(Sealed),
        _ => [],
    };
}
