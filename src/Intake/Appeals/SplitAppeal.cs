using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <param name="Parts">At least two, in the submitter's own words as far as they go.</param>
public sealed record SplitAppeal([property: Given] IReadOnlyList<PartOfAppeal> Parts) : IValidatableObject
{
    private const int Most = 10;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Parts is { Count: < 2 or > Most } ? [Wrong.Because("two-to-ten", nameof(Parts))] : [];
}

public sealed record PartOfAppeal(
    [property: Text(SubmittingAppeal.TitleLength)] string Title, [property: Text(SubmittingAppeal.TextLength)] string Text);

public static class SplittingAppeal
{
    /// <param name="numbers">A case number for each part; those of a repeated command are not used.</param>
    /// <param name="seal">Under the submitter's key.</param>
    /// <param name="open">What a part that was recorded says; null where that cannot be read any more.</param>
    public static Decision<IAppealEvent> Decide(
        Appeal appeal, SplitAppeal c, IReadOnlyList<string> numbers, Func<string, PersonalText> seal, Func<PersonalText, string?> open) =>
        appeal switch
        {
            { Stage: Stage.Split } => appeal.Parts.Select(p => (open(p.Title), open(p.Text)))
                .SequenceEqual(c.Parts.Select(p => ((string?)p.Title.Trim(), (string?)p.Text.Trim())))
                ? []
                : Refuse.State("already-split"),
            { Stage: not (Stage.Accepted or Stage.Reviewed) } => Refuse.State("appeal-not-divisible"),
            _ => [.. c.Parts.Select((part, i) => new AppealSplit(
                Uuid.Derive(appeal.Id, $"part-{i + 1}"), numbers[i], seal(part.Title.Trim()), seal(part.Text.Trim())))],
        };

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/parts", Post)
        .RequireRole(Authority.For(Act.KeepStation))
        .WithSummary("Split an appeal on several matters into one for each; every submitter is answered on each");

    private static async Task<IResult> Post(Guid id, SplitAppeal c, HttpContext http, StreamStore store, TimeProvider time)
    {
        var township = http.Caller().Tenant;
        if (await store.Load(Appeal.Stream, id, township, http.RequestAborted) is not { State.Submitter: var submitter })
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        var keys = await http.Keys(submitter);
        if (keys.Objection(submitter) is { } objection)
        {
            return http.Problem(objection);
        }

        var numbers = await CaseNumbers.Reserve(store, township, time.GetUtcNow(), c.Parts.Count, http.RequestAborted);
        return await http.Handle(id, (appeal, _, _) => Decide(appeal, c, numbers, words => keys.Seal(submitter, words), keys.Open));
    }
}
