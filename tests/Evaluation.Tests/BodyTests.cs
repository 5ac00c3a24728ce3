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
