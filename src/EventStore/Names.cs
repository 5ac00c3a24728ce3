using System.Text.Json;

namespace LiaisonStation.EventStore;

internal static class Names
{
    public static string SnakeCase(string typeName) => JsonNamingPolicy.SnakeCaseLower.ConvertName(typeName);
}
