using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Registry;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.ContactPoints;

/// <param name="Village">The village's code of twelve digits, in this township.</param>
/// <param name="Until">A project's last day.</param>
/// <param name="Milestones">A project's, each within its time.</param>
public sealed record OpenContactPoint(
    [property: Known] ContactPointKind Kind, [property: Text(RegisteringUnit.NameLength)] string Name, [property: Given] DateOnly From,
    [property: Text(Assignment.DocumentNumberLength)] string DocumentNumber,
    [property: RegularExpression("^[0-9]{12}$", ErrorMessage = "not-a-village-code")] string? Village = null,
    DateOnly? Until = null, IReadOnlyList<Milestone>? Milestones = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var milestones = Milestones ?? [];
        (bool Is, string Code, string Field)[] wrong =
        [
            (Kind == ContactPointKind.Project && Until is null, "required", nameof(Until)),
            (Until < From, "before-from", nameof(Until)),
            (Kind != ContactPointKind.Project && milestones.Count > 0, "only-of-a-project", nameof(Milestones)),
            (milestones.Any(m => m.DueOn < From || m.DueOn > Until), "out-of-range", nameof(Milestones)),
            (milestones.Any(m => string.IsNullOrWhiteSpace(m.Content) || TextAttribute.Length(m.Content) > 200 || !TextAttribute.IsStorable(m.Content)),
                "required", nameof(Milestones)),
            (milestones.DistinctBy(m => m.Content).Count() < milestones.Count, "named-twice", nameof(Milestones)),
        ];
        return wrong.Where(w => w.Is).Select(w => Wrong.Because(w.Code, w.Field));
    }
}

public static class OpeningContactPoint
{
    public static Decision<IContactPointEvent> Decide(ContactPoint? point, Guid id, string township, OpenContactPoint c) =>
        point is not null ? []
        : c.Village is { } village && !village.StartsWith(township, StringComparison.Ordinal) ? Refuse.Rule("village-of-another-township")
        : [new ContactPointOpened(
            id, c.Kind, c.Name.Trim(), c.Village, c.From, c.Until, [.. (c.Milestones ?? []).OrderBy(m => m.DueOn)], c.DocumentNumber)];

    public static void Map(RouteGroupBuilder points) => points
        .MapPost("/", Post)
        .RequireRole(Authority.For(Act.KeepStation))
        .WithSummary("Open a contact point for an area, a village, a shop or a project, by a document");

    private static Task<IResult> Post(OpenContactPoint c, HttpContext http, TimeProvider time)
    {
        var (id, township) = (time.NewId(), http.Caller().Tenant);
        return http.Found(ContactPoint.Stream, id, (p, _, _) => Decide(p, id, township, c), p => p);
    }
}
