using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LiaisonStation.Architecture.Tests;

public sealed partial class WordsTests
{
    public static TheoryData<string> Folders => [.. Services.All.Select(Services.Folder), "src/ServiceDefaults"];

    [Theory]
    [MemberData(nameof(Folders))]
    public void every_refusal_act_and_figure_has_its_words(string folder)
    {
        var known = Words(folder, "").Keys.Union(Words("src/ServiceDefaults", "").Keys).ToHashSet();
        var used = Codes(folder).Union(Acts(folder).Select(a => "act." + a))
            .Union(Found(folder, Figure()).Select(f => "figure." + f)).ToArray();
        Assert.NotEmpty(used);
        Assert.Equal([], used.Except(known));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void the_words_stand_in_chinese_and_beside_it_in_english(string folder)
    {
        var (chinese, english) = (Words(folder, ""), Words(folder, ".en"));
        Assert.Equal(chinese.Keys.Order(), english.Keys.Order());
        Assert.All(chinese, w => Assert.Matches(Han(), w.Value));
        Assert.All(english, w => Assert.True(w.Value.Length > 0 && !Han().IsMatch(w.Value), w.Key));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void no_words_are_kept_for_nothing(string folder)
    {
        var literals = Sources(folder).SelectMany(f => Literal().Matches(f.Text)).Select(m => m.Groups[1].Value).ToHashSet();
        Assert.Equal([], Words(folder, "").Keys.Select(k => k[(k.IndexOf('.', StringComparison.Ordinal) + 1)..]).Except(literals));
    }

    [Fact]
    public void the_acts_of_the_worklist_are_those_of_the_loop() => Assert.Equal(
        [
            "accept-appeal", "acknowledge-order", "answer-appeal", "answer-as-unit", "answer-finding", "answer-rehandling", "answer-swap",
            "approve-minutes", "assign-reviewers", "await-supplement", "call-back", "cast-ballot", "check-extension", "check-in", "close-ballot",
            "complete-topic", "confirm-topic", "convene-targeted-supervision", "decide-escalation", "decide-extension",
            "decide-restarts", "deliberate-major-matter", "deliberate-topic", "enter-platform-answer", "judge-commitment",
            "name-handlers", "pass-order-to-section", "propose-topic", "rate-appeal", "reach-milestone", "record-accountability",
            "record-attendance", "record-county-result", "record-minutes", "record-reception", "refer-again", "refer-topic", "report-contact", "report-coordination",
            "report-handling", "report-part", "report-rectification", "review-appeal", "review-handling", "route-again",
            "route-appeal", "screen-topic", "settle-not-taken", "settle-unsatisfied", "sign-off-report", "supplement-appeal",
            "visit-order",
        ],
        Services.All.Select(Services.Folder).SelectMany(f => Words(f, "").Keys)
            .Where(k => k.StartsWith("act.", StringComparison.Ordinal)).Select(k => k[4..]).Order(StringComparer.Ordinal));

    private static Dictionary<string, string> Words(string folder, string language) => XDocument
        .Load(Path.Combine(Source.Root, folder, $"Refusals{language}.resx")).Root!.Elements("data")
        .ToDictionary(d => d.Attribute("name")!.Value, d => d.Element("value")!.Value);

    private static IEnumerable<string> Codes(string folder) => Found(folder, Refusal());

    private static IEnumerable<string> Acts(string folder) => Found(folder, Act());

    private static IEnumerable<string> Found(string folder, Regex what) =>
        Sources(folder).SelectMany(f => what.Matches(f.Text)).Select(m => m.Groups[1].Value).Distinct();

    // What all services share says its refusals with the words all services share.
    private static IEnumerable<SourceFile> Sources(string folder) =>
        (folder == "src/ServiceDefaults" ? [folder, "src/Townships"] : new[] { folder }).SelectMany(f => Source.Files(f, ".cs"));

    [GeneratedRegex("(?:Refuse\\.\\w+\\(|new(?: Refusal)?\\(RefusalKind\\.\\w+, |Details\\(http, |StatusCodes\\.\\w+ => )\"([a-z]+(?:-[a-z]+)*)\"")]
    private static partial Regex Refusal();

    [GeneratedRegex("""(?:new(?: Waiting)?\(\s*|Act\(\w+, )"([a-z]+(?:-[a-z]+)+)",""")]
    private static partial Regex Act();

    [GeneratedRegex("""FigureSource\.\w+\(\s*"([a-z]+(?:-[a-z]+)*)",""")]
    private static partial Regex Figure();

    [GeneratedRegex("\"([a-z]+(?:-[a-z]+)*)\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}")]
    private static partial Regex Han();
}
