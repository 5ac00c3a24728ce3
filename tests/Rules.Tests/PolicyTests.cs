using LiaisonStation.Contracts;

namespace LiaisonStation.Rules.Tests;

public sealed class PolicyTests
{
    private const string Town = "330225109";
    private static readonly DateOnly Day = new(2026, 3, 2);

    [Fact]
    public void the_built_in_policy_is_the_domains()
    {
        var policy = Policy.Of([], Town, Day);
        Assert.Same(Policy.BuiltIn, policy);
        Assert.Equal("built-in", policy.Version);
        Assert.False(policy.OrdersToSections);
        Assert.Equal((15, 15, 2, 7, 1), (
            policy.OrderWorkingDays, policy.CoordinationReportWorkingDays, policy.Extensions, policy.ExtensionWorkingDays, policy.YellowWorkingDays));
        Assert.Equal((2, 2, 7, 3), (policy.AcceptanceWorkingDays, policy.AnswerDays, policy.SendBackWorkingDays, policy.Reviewers));
        Assert.Equal((10, 3, 2), (policy.CallBackWorkingDays, policy.CallBackAttempts, policy.RestartsBeforeDecision));
        Assert.Equal((60, 10, 5, 10), (policy.LowSatisfactionPercent, policy.RehandlingWorkingDays, policy.BreakdownFrom, policy.RankFrom));
        Assert.Empty(policy.ChairActsAlone);
        Assert.Equal(OnSiteWord.Inquiry, policy.OnSiteWord);
    }

    [Fact]
    public void the_township_stands_over_the_county_and_the_county_over_what_is_built_in()
    {
        var policy = Policy.Of(
            [Adopted(Town, 1, new() { Reviewers = 7 }), Adopted("330225000", 3, new() { Reviewers = 5, Extensions = 1, ChairActsAlone = [ChairAct.ConfirmTopic] })],
            Town, Day);
        Assert.Equal((7, 1, 15), (policy.Reviewers, policy.Extensions, policy.OrderWorkingDays));
        Assert.Equal([ChairAct.ConfirmTopic], policy.ChairActsAlone);
        Assert.Equal("built-in+330225000/3+330225109/1", policy.Version);
    }

    [Fact]
    public void a_document_rules_from_its_day_and_takes_the_place_of_the_one_before()
    {
        PolicyAdopted[] adopted =
        [
            Adopted(Town, 1, new() { Reviewers = 4, Extensions = 0 }), Adopted(Town, 2, new() { Reviewers = 6 }) with { EffectiveFrom = Day.AddDays(1) },
        ];
        Assert.Equal((4, 0, "built-in+330225109/1"), On(Day));
        Assert.Equal((6, 2, "built-in+330225109/2"), On(Day.AddDays(1)));
        Assert.Equal((3, 2, "built-in"), On(Day.AddYears(-1)));

        (int, int, string) On(DateOnly day) => Policy.Of(adopted, Town, day) is var p ? (p.Reviewers, p.Extensions, p.Version) : default;
    }

    [Fact]
    public void of_several_on_one_day_the_highest_version_rules() => Assert.Equal(
        5, Policy.Of([Adopted(Town, 2, new() { Reviewers = 5 }), Adopted(Town, 1, new() { Reviewers = 4 })], Town, Day).Reviewers);

    [Fact]
    public void another_townships_and_another_countys_documents_rule_nothing_here() => Assert.Same(
        Policy.BuiltIn, Policy.Of([Adopted("330225110", 1, new() { Reviewers = 9 }), Adopted("330226000", 1, new() { Reviewers = 9 })], Town, Day));

    [Fact]
    public void the_county_itself_is_ruled_by_its_own_document_once() =>
        Assert.Equal("built-in+330225000/1", Policy.Of([Adopted("330225000", 1, new() { Reviewers = 4 })], "330225000", Day).Version);

    [Fact]
    public void every_term_of_a_document_changes_the_policy_in_its_name()
    {
        var terms = new PolicyTerms();
        foreach (var term in typeof(PolicyTerms).GetProperties())
        {
            object value = Nullable.GetUnderlyingType(term.PropertyType) switch
            {
                { } t when t == typeof(int) => 42,
                { } t when t == typeof(bool) => true,
                { } t when t == typeof(OnSiteWord) => OnSiteWord.Questioning,
                _ => new[] { ChairAct.ReferTopic },
            };
            term.SetValue(terms, value);
            var ruled = Policy.Of([Adopted(Town, 1, terms)], Town, Day);
            Assert.Equal(value, typeof(Policy).GetProperty(term.Name)!.GetValue(ruled));
        }
    }

    private static PolicyAdopted Adopted(string scope, int version, PolicyTerms terms) =>
        new(scope, version, new(2026, 1, 1), AdoptingBody.Presidium, "1号", terms);
}
