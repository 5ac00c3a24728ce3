using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.Registry;

/// <summary>Hands the open items of a person, a group or a unit over to another: change of term, by-election, resignation, transfer.</summary>
/// <param name="EffectiveOn">Local date; ahead of it, it is on record and nothing moves.</param>
public sealed record OrderHandOver(
    [property: Known] HandOverKind Kind, [property: Given] Guid From, [property: Given] Guid To,
    [property: Known] HandOverGround Ground,
    [property: Text(Assignment.DocumentNumberLength)] string DocumentNumber,
    [property: Given] DateOnly EffectiveOn) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        From == To ? [Wrong.Because("same-as-from", nameof(To))] : [];
}

public static class OrderingHandOver
{
    /// <param name="from">Null where the township knows no such person, group or unit.</param>
    public static Decision<IHandOverEvent> Decide(
        HandOver? handOver, Guid id, OrderHandOver c, Holder? from, Holder? to, DateOnly today)
    {
        if (handOver is not null)
        {
            return (handOver.Kind, handOver.Ground, handOver.EffectiveOn) == (c.Kind, c.Ground, c.EffectiveOn)
                ? [] : Refuse.State("hand-over-entered-otherwise");
        }

        if (from is null || to is null)
        {
            return Refuse.Rule("hand-over-of-unknown");
        }

        // Whoever gives their items up may have left before anybody thought of it.
        if (!to.Active)
        {
            return Refuse.Rule("successor-inactive");
        }

        if (from.OfKind != to.OfKind)
        {
            return Refuse.Rule("hand-over-to-another-kind");
        }

        // An item is owned in a role: who does not hold it could do nothing about the item.
        if (from.Offices.Except(to.Offices).Any())
        {
            return Refuse.Rule("successor-lacks-roles");
        }

        var entered = new HandOverEntered(id, c.Kind, c.From, c.To, c.Ground, c.DocumentNumber, c.EffectiveOn);
        return c.EffectiveOn > today ? [entered] : [entered, TakingEffect(HandOver.Evolve(null, entered))];
    }

    /// <summary>Of a hand-over whose day has come.</summary>
    public static Decision<IHandOverEvent> WhenDue(HandOver handOver, DateOnly today) =>
        handOver.InEffect || handOver.EffectiveOn > today ? [] : [TakingEffect(handOver)];

    public static void Map(RouteGroupBuilder registry) => registry
        .MapPost("/hand-overs", Post)
        .RequireRole(Authority.For(Act.KeepOffice))
        .WithSummary("Hand the open items of a person, group or unit over to another, by a document");

    private static async Task<IResult> Post(OrderHandOver c, HttpContext http, StreamStore store)
    {
        var township = http.Caller().Tenant;
        var id = HandOver.IdOf(township, c);
        var (from, to) = (await Known(c.From), await Known(c.To));
        return await http.Found(
            HandOver.Stream, id, (h, _, now) => Decide(h, id, c, from, to, BusinessTime.DateOf(now)), h => h);

        async Task<Holder?> Known(Guid holder) => c.Kind switch
        {
            HandOverKind.Person => Holder.Of((await store.Load(Person.Stream, holder, township, http.RequestAborted))?.State),
            HandOverKind.Group => Holder.Of((await store.Load(Group.Stream, holder, township, http.RequestAborted))?.State),
            _ => Holder.Of((await store.Load(Unit.Stream, holder, township, http.RequestAborted))?.State),
        };
    }

    private static HandOverTookEffect TakingEffect(HandOver h) =>
        new(h.Id, h.Kind, h.From, h.To, h.Ground, h.DocumentNumber, h.EffectiveOn);
}

/// <summary>Who may own an item.</summary>
/// <param name="OfKind">Of a group or unit, its kind; of a person none.</param>
/// <param name="Offices">Of a person, the roles they act in for others.</param>
public sealed record Holder(bool Active, string? OfKind, IReadOnlyList<Role> Offices)
{
    public static Holder? Of(Person? p) => p is null ? null : new(p.Active, null, [.. p.Roles.Where(Person.IsOffice)]);

    public static Holder? Of(Group? g) => g is null ? null : new(g.Active, g.Kind.ToString(), []);

    public static Holder? Of(Unit? u) => u is null ? null : new(u.Active, u.Kind.ToString(), []);
}
