using System.Text.RegularExpressions;
using LiaisonStation.Contracts;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Architecture.Tests;

public sealed partial class MessageTests
{
    // Values that stand in messages, and are none.
    private static readonly Type[] Values = [typeof(PersonalText), typeof(Attachment), typeof(Limit), typeof(Milestone), typeof(PolicyTerms)];

    private static readonly string[] Contracts =
    [
        .. typeof(Role).Assembly.GetExportedTypes().Where(t => t.IsClass && t is not { IsAbstract: true, IsSealed: true } && !Values.Contains(t)).Select(t => t.Name).Order(),
    ];

    [Fact]
    public void every_contract_has_one_publisher() =>
        Assert.Equal(Contracts, Services.All.SelectMany(m => m.Says).Select(s => s.Contract.Name).Order());

    [Fact]
    public void every_contract_goes_to_the_queues_of_all_who_hear_it_and_to_no_other()
    {
        var said = Services.All.SelectMany(Services.Said).Order().ToArray();
        Assert.Equal(said, Services.All.SelectMany(Services.Heard).Order());
        Assert.Equal(Contracts, said.Select(s => s.Contract).Distinct());
    }

    [Fact]
    public void a_queue_belongs_to_the_service_whose_name_it_bears() => Assert.All(
        Services.All, m => Assert.All(m.Hears, h => Assert.StartsWith(m.Name + "-", h.Queue, StringComparison.Ordinal)));

    [Fact]
    public void every_contract_is_a_sealed_record_without_a_base() => Assert.All(
        typeof(Role).Assembly.GetExportedTypes().Where(t => t.IsClass && t is not { IsAbstract: true, IsSealed: true }),
        t => Assert.True(t.IsSealed && t.BaseType == typeof(object) && t.GetMethod("<Clone>$") is not null, t.Name));

    [Fact]
    public void no_stored_event_is_a_contract() => Assert.All(
        Services.All.SelectMany(m => m.Store.Events), e => Assert.NotEqual(typeof(Role).Assembly, e.Type.Assembly));

    [Fact]
    public void the_contexts_document_says_what_the_modules_say()
    {
        var sections = Heading().Split(File.ReadAllText(Path.Combine(Source.Root, "CONTEXTS.md")));
        var written = sections[1..].Chunk(2).ToDictionary(s => s[0], s => s[1]);
        Assert.Equal(Services.All.Select(m => m.Name), written.Keys.Select(k => k.ToLowerInvariant()));
        foreach (var (module, text) in Services.All.Zip(written.Values))
        {
            Assert.Equal(
                module.Says.Select(s => $"{s.Contract.Name} → {string.Join(", ", s.Queues.Order())}").Order(),
                SaysLine().Matches(text).Select(m => $"{m.Groups[1]} → {string.Join(", ", Quoted(m.Groups[2].Value).Order())}").Order());
            Assert.Equal(
                Services.Heard(module).Order(), HearsLine().Matches(text).Select(m => (m.Groups[1].Value, m.Groups[2].Value)).Order());
            Assert.Contains("Owns ", text, StringComparison.Ordinal);
            Assert.Contains("Constraint: ", text, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> Quoted(string text) => Code().Matches(text).Select(m => m.Groups[1].Value);

    [GeneratedRegex(@"^## (\w+) \(\p{IsCJKUnifiedIdeographs}\)\r?$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^- says `(\\w+)` → (.+?)\\r?$", RegexOptions.Multiline)]
    private static partial Regex SaysLine();

    [GeneratedRegex("^- hears `(\\w+)` on `([\\w-]+)`\\r?$", RegexOptions.Multiline)]
    private static partial Regex HearsLine();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
