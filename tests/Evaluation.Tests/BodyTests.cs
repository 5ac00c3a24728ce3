using LiaisonStation.Contracts;
using LiaisonStation.Tests;
using static LiaisonStation.Evaluation.Tests.Sample;

namespace LiaisonStation.Evaluation.Tests;

public sealed class OpenEvaluation() : OpenService(Evaluation.Module, app => app.MapEvaluation());

public sealed class BodyTests(OpenEvaluation service) : IClassFixture<OpenEvaluation>
{
    [Fact]
    public async Task who_is_not_satisfied_says_why()
    {
        Assert.Equal(["comment: required"], await Give(new(Verdict.Unsatisfied, null)));
        Assert.Equal(["comment: required"], await Give(new(Verdict.Unsatisfied, " ")));
        Assert.Equal(["reason: required"], await CallBack(Displeased with { Reason = null }));
        Assert.Empty(await Give(Satisfied));
        Assert.Empty(await CallBack(Pleased with { Comment = null }));
    }

    [Fact]
    public async Task a_number_that_is_no_verdict_is_malformed()
    {
        Assert.Equal(["verdict: unknown-value"], await Give(new((Verdict)7, null)));
        Assert.Equal(["method: unknown-value"], await CallBack(Pleased with { Method = (CallBackMethod)7 }));
    }

    [Fact]
    public async Task what_an_act_needs_is_asked_for_field_by_field()
    {
        Assert.Equal(["verdict: required"], await service.Wrong(Role.CongressOffice, $"reviews/{ReviewId}/corrections", new { entry = Id(99), reason = "录入有误" }));
        Assert.Equal(["reason: required"], await service.Wrong(Role.CongressOffice, $"reviews/{ReviewId}/reviewers", new { group = Group, reason = " " }));
        Assert.Equal(["method: unknown-value"], await service.Wrong(Role.Deputy, $"reviews/{ReviewId}/attempts", new { method = 7 }));
        Assert.Equal(["aspects.speed: unknown-value"], await CallBack(Pleased with { Aspects = new(Speed: (Verdict)7) }));
        Assert.Equal(
            ["votes: named-twice"],
            await service.Wrong(
                Role.Deputy, $"appraisals/{Id(1)}/ballots",
                new { votes = new[] { new { unit = Section, choice = "Satisfied" }, new { unit = Section, choice = "Unsatisfied" } } }));
    }

    [Fact]
    public async Task a_verdict_left_out_is_not_taken_for_the_first_one() =>
        Assert.Equal(
            ["verdict: required"],
            await service.Wrong(Role.SupervisionGroup, $"reviews/{ReviewId}/verdicts", new { comment = "已看过现场" }));

    [Fact]
    public async Task the_api_document_says_how_long_a_text_may_be() =>
        Assert.Equal(2000, (int)(await service.Described(nameof(GiveVerdict)))["comment"]!["maxLength"]!);

    private Task<IEnumerable<string>> Give(GiveVerdict body) => service.Wrong(Role.SupervisionGroup, $"reviews/{ReviewId}/verdicts", body);

    private Task<IEnumerable<string>> CallBack(MakeCallBack body) => service.Wrong(Role.Deputy, $"reviews/{ReviewId}/callbacks", body);
}
