using static LiaisonStation.Deliberation.Tests.Sample;

namespace LiaisonStation.Deliberation.Tests;

public sealed class BodyTests
{
    [Fact]
    public void whole_bodies_have_nothing_wrong()
    {
        Assert.Empty(ScreeningTopic.Check(new(Met.Livelihood, Met.Complex, Met.LongSpan)).Errors);
        Assert.Empty(ConfirmingTopic.Check(new(Carried, Group)).Errors);
        Assert.Empty(DeliberatingTopic.Check(Deliberated).Errors);
        Assert.Empty(ReferringTopic.Check(Referred).Errors);
    }

    [Fact]
    public void empty_bodies_are_told_field_by_field()
    {
        Assert.Equal(
            ["complex", "livelihood", "longSpan"], Wrong(ScreeningTopic.Check(new(null!, null!, null!)).Errors));
        Assert.Equal(["group", "meeting"], Wrong(ConfirmingTopic.Check(new(null!, default)).Errors));
        Assert.Equal(["advice", "content", "heldOn"], Wrong(DeliberatingTopic.Check(new(default, null!, " ")).Errors));
        Assert.Equal(
            ["addressee", "content", "dueOn", "meeting"], Wrong(ReferringTopic.Check(new(null!, default, default, null!)).Errors));
    }

    [Fact]
    public void a_criterion_without_its_reason_is_malformed() => Assert.Equal(
        ["complex.reason"], Wrong(ScreeningTopic.Check(new(Met.Livelihood, new(true, ""), Met.LongSpan)).Errors));

    [Fact]
    public void a_text_too_long_or_that_cannot_be_stored_is_malformed()
    {
        Assert.Empty(DeliberatingTopic.Check(Deliberated with { Advice = "𠮷野家" }).Errors);
        Assert.Equal(["not-text"], DeliberatingTopic.Check(Deliberated with { Advice = "\uD842" }).Errors["advice"]);
        Assert.Equal(["too-long"], DeliberatingTopic.Check(Deliberated with { Advice = new string('字', 4001) }).Errors["advice"]);
        Assert.Equal(["not-text"], DeliberatingTopic.Check(Deliberated with { Advice = "字\0" }).Errors["advice"]);
    }

    private static IEnumerable<string> Wrong(IReadOnlyDictionary<string, string[]> errors) => errors.Keys.Order(StringComparer.Ordinal);
}
