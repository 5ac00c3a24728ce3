using System.Text.RegularExpressions;

namespace LiaisonStation.Architecture.Tests;

public sealed partial class ReferenceTests
{
    private static readonly string[] Names = ["Intake", "Deliberation", "Supervision", "Evaluation", "Gateway"];

    [Fact]
    public void no_service_references_another()
    {
        foreach (var name in Names)
        {
            Assert.DoesNotContain(References($"src/{name}"), r => Names.Contains(r) || r == "AppHost");
        }

        foreach (var module in Services.All)
        {
            var own = module.Store.Events[0].Type.Assembly;
            Assert.DoesNotContain(
                own.GetReferencedAssemblies(), a => Names.Any(n => a.Name == $"LiaisonStation.{n}" && a.Name != own.GetName().Name));
        }
    }

    [Fact]
    public void contracts_reference_nothing()
    {
        Assert.Empty(References("src/Contracts"));
        Assert.All(
            typeof(Contracts.Role).Assembly.GetReferencedAssemblies(),
            a => Assert.StartsWith("System.", a.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void the_event_store_knows_no_other_project() =>
        Assert.DoesNotContain(References("src/EventStore"), r => Directory.Exists(Path.Combine(Source.Root, "src", r)));

    [Fact]
    public void only_the_event_store_names_marten_or_its_tables() => Assert.Empty(
        from file in Source.Files("src", ".cs", ".sql", ".csproj", ".resx", ".json")
        where !file.Path.StartsWith("src/EventStore/", StringComparison.Ordinal) && !file.Path.EndsWith("packages.lock.json", StringComparison.Ordinal)
        let text = file.Path.EndsWith(".sql", StringComparison.Ordinal) ? TableHelpers().Replace(file.Text, "") : file.Text
        from Match found in Marten().Matches(text)
        select $"{file} names {found.Value}");

    [Fact]
    public void no_folder_is_a_drawer()
    {
        string[] banned = ["Common", "Core", "Shared", "Utils", "Helpers", "Handlers", "Models", "Managers", "Misc"];
        Assert.DoesNotContain(
            new[] { "src", "tests" }.SelectMany(f => Source.Folders(Path.Combine(Source.Root, f))),
            f => banned.Contains(Path.GetFileName(f), StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void no_type_is_named_for_nothing() => Assert.Empty(
        from file in Source.Files("src", ".cs")
        from Match type in DeclaredType().Matches(Source.CodeOnly(file.Text))
        where EmptyName().IsMatch(type.Groups[1].Value)
        select $"{file} declares {type.Groups[1].Value}");

    private static IEnumerable<string> References(string project) =>
        from file in Source.Files(project, ".csproj")
        from Match reference in Reference().Matches(file.Text)
        select Path.GetFileNameWithoutExtension(reference.Groups[1].Value.Replace('\\', '/'));

    [GeneratedRegex("""<(?:Project|Package)Reference Include="([^"]+)""")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\bls_(?:township|shared)_table\b")]
    private static partial Regex TableHelpers();

    [GeneratedRegex(@"\b(?:mt|ls)_[a-z]\w*|\bmarten\b", RegexOptions.IgnoreCase)]
    private static partial Regex Marten();

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum)\s+(?:struct\s+|class\s+)?([A-Z]\w*)")]
    private static partial Regex DeclaredType();

    [GeneratedRegex("(?:Manager|Helper|Helpers|Impl|Dto|Data|Info|Util|Utils)$")]
    private static partial Regex EmptyName();
}
