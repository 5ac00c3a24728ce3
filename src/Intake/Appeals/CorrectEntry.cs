using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <summary>Says a mistyped category, urgency or unit anew.</summary>
/// <param name="EventId">The event that holds it.</param>
public sealed record CorrectEntry(
    [property: Given] Guid EventId, [property: Text] string Reason, Category? Category = null, [property: Known] Urgency? Urgency = null,
    Guid? Unit = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        this is { Category: null, Urgency: null, Unit: null } ? [Wrong.Because("required", nameof(Category), nameof(Urgency), nameof(Unit))] : [];
}

public static class CorrectingEntry
{
    /// <param name="mistyped">The event named; null where the appeal has none such.</param>
    /// <param name="unit">What the unit named is; null where it is no active unit of the township.</param>
    public static Decision<IAppealEvent> Decide(Appeal appeal, CorrectEntry c, IAppealEvent? mistyped, UnitKind? unit) => mistyped switch
    {
        AppealReviewed when c.Unit is null => appeal switch
        {
            _ when appeal.Category == (c.Category ?? appeal.Category) && appeal.Urgency == (c.Urgency ?? appeal.Urgency) => [],
            { IsOver: true } or { Stage: Stage.Collected or Stage.Accepted or Stage.ReturnedToSubmitter } => Refuse.State("corrected-too-late"),
            _ => [Corrected(c)],
        },
        SmallMatterRouted routed when c is { Unit: { } right, Category: null, Urgency: null } => appeal switch
        {
            { Stage: Stage.RoutedToOrdinaryHandling, Dispatch.Unit: { } now } when now == right => [],
            { Stage: not Stage.RoutedToOrdinaryHandling } => Refuse.State("corrected-too-late"),
            _ when routed.Dispatch != appeal.Dispatch!.Number || routed.Unit is null => Refuse.State("corrected-too-late"),
            _ when unit is not (UnitKind.Section or UnitKind.TownGovernment) => Refuse.Rule("not-a-unit-of-the-township"),
            _ => [Corrected(c)],
        },
        _ => Refuse.Rule("holds-no-such-entry"),
    };

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/corrections", Post)
        .RequireRole(Authority.For(Act.KeepStation))
        .WithSummary("Correct a mistyped category, urgency or unit by a later fact; both stay visible");

    private static EntryCorrected Corrected(CorrectEntry c) => new(c.EventId, c.Category, c.Urgency, c.Unit, c.Reason);

    private static async Task<IResult> Post(Guid id, CorrectEntry c, HttpContext http, StreamStore store)
    {
        var tenant = http.Caller().Tenant;
        var mistyped = (await store.Read(id, tenant, http.RequestAborted)).SingleOrDefault(e => e.Id == c.EventId)?.Data as IAppealEvent;
        var unit = (await Registry.Belonging.Of(store, tenant, [], c.Unit, http.RequestAborted)).Unit;
        return await http.Handle(id, (appeal, _, _) => Decide(appeal, c, mistyped, unit));
    }
}
