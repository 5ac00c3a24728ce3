using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiaisonStation.Contracts.Tests;

/// <summary>The approved files, in the source tree. What is approved is never overwritten from here.</summary>
internal static class Approved
{
    private const string Switch = "APPROVE_SAMPLES";

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Folder { get; } = Path.Combine(Here(), "Approved");

    public static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!;

    /// <summary>Fails when the file is missing or says something else.</summary>
    /// <param name="otherwise">What to do about a difference.</param>
    public static void AssertIs(string file, JsonNode now, string otherwise)
    {
        var path = Path.Combine(Folder, file);
        var text = now.ToJsonString(Readable) + "\n";
        if (!File.Exists(path) && Environment.GetEnvironmentVariable(Switch) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.True(
            File.Exists(path),
            $"Nothing is approved as {path}. If it is new, run '{Switch}=1 dotnet test tests/Contracts.Tests', read the file it writes "
            + $"and commit it. It would say:\n{text}");
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(File.ReadAllText(path)), now),
            $"{path} says otherwise than the code. {otherwise} The code says:\n{text}");
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
