using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Appeals;

/// <summary>Hands a small matter (民生小事) to ordinary handling.</summary>
/// <param name="Unit">A section or the town government; or…</param>
/// <param name="Platform">…a platform outside, whose answer the station enters.</param>
/// <param name="NeedForIdentity">Why the unit must know who handed it in, where they did not consent.</param>
public sealed record RouteSmallMatter(
    Guid? Unit = null, [property: Known] OutsidePlatform? Platform = null,
    [property: Text(Optional = true)] string? NeedForIdentity = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Unit is null == Platform is null ? [Wrong.Because("one-of-the-two", nameof(Unit), nameof(Platform))] : [];
}

public static class RoutingSmallMatter
{
    /// <summary>First after review; again where it was sent back, where an outside platform would not have it, and where it was not taken up.</summary>
    /// <param name="unit">What the unit named is; null where it is no active unit of the township.</param>
    public static Decision<IAppealEvent> Decide(
        Appeal appeal, RouteSmallMatter c, UnitKind? unit, Pace pace) => appeal switch
        {
            { Stage: Stage.RoutedToOrdinaryHandling, Dispatch: { } d } when (d.Unit, d.Platform) == (c.Unit, c.Platform) => [],
            { Stage: Stage.RoutedToOrdinaryHandling, Dispatch.Unit: not null } => Refuse.State("still-with-a-unit"),
            { Stage: not (Stage.Reviewed or Stage.SentBack or Stage.NotTaken or Stage.RoutedToOrdinaryHandling) } =>
                Refuse.State("appeal-not-routable"),
            _ => Routed(appeal, c, unit, pace),
        };

    internal static Decision<IAppealEvent> Routed(Appeal appeal, RouteSmallMatter c, UnitKind? unit, Pace pace) =>
        c.Unit is not null && unit is not (UnitKind.Section or UnitKind.TownGovernment)
            ? Refuse.Rule("not-a-unit-of-the-township")
            : [new SmallMatterRouted(
                (appeal.Dispatch?.Number ?? 0) + 1, c.Unit, c.Platform, pace.Target(pace.Policy.AnswerDays),
                c.Unit is null ? null : pace.Within(pace.Policy.SendBackWorkingDays), c.NeedForIdentity)];

    public static void Map(RouteGroupBuilder appeals) => appeals
        .MapPost("/{id:guid}/routing", Post)
        .RequireRole(Authority.For(Act.KeepStation))
        .WithSummary("Route a small matter to a unit of the township, or onto a platform outside");

    private static async Task<IResult> Post(Guid id, RouteSmallMatter c, HttpContext http, StreamStore store)
    {
        var unit = (await Registry.Belonging.Of(store, http.Caller().Tenant, [], c.Unit, http.RequestAborted)).Unit;
        return await http.Handle(id, (appeal, _, pace) => Decide(appeal, c, unit, pace));
    }
}
