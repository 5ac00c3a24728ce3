using System.Text.Json;
using System.Text.Json.Serialization;
using LiaisonStation.Intake.Appeals;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Imports;

public enum Field
{
    SourceId,
    User,
    Title,
    Text,
    SubmittedAt,
    Reply,
    RepliedAt,
}

/// <summary>How a source's file is read: a small JSON file beside the binaries, not code.</summary>
/// <param name="Source">The register the file comes from; with a row's own number there it tells repeats.</param>
/// <param name="Columns">The header of each column that is read, and the field it fills.</param>
/// <param name="Required">Fields that no row may leave empty.</param>
/// <param name="Offset">The zone of its dates.</param>
public sealed record Preset(
    string Name, Words Title, string Source, Channel Channel, IReadOnlyDictionary<string, Field> Columns,
    IReadOnlyList<Field> Required, IReadOnlyList<string> DateFormats, string Offset)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public static IReadOnlyDictionary<string, Preset> All { get; } = Directory
        .EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Presets"), "*.json")
        .Select(file => Read(File.ReadAllText(file)))
        .ToDictionary(p => p.Name);

    public TimeSpan Zone => TimeSpan.Parse(Offset.TrimStart('+'), System.Globalization.CultureInfo.InvariantCulture);

    /// <exception cref="JsonException">It is no preset, or leaves a field unread that no appeal can do without.</exception>
    public static Preset Read(string json)
    {
        var preset = JsonSerializer.Deserialize<Preset>(json, Json)!;
        var missing = preset.Required.Union([Field.SourceId, Field.Title, Field.Text]).Except(preset.Columns.Values).ToArray();
        return missing.Length == 0 && preset.Columns.Values.Distinct().Count() == preset.Columns.Count
            ? preset
            : throw new JsonException($"Preset {preset.Name}: fields without a column, or with two: {string.Join(", ", missing)}.");
    }
}
