using System.ComponentModel.DataAnnotations;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Supervision;

/// <summary>A wrong assignment, or wrong words of what is to be done.</summary>
/// <param name="Entry">Id of the event that has the mistake.</param>
/// <param name="Section">The lead unit that was meant.</param>
/// <param name="Content">What is to be done, as it should have stood.</param>
public sealed record CorrectEntry(
    [property: Given] Guid Entry, [property: Text] string Reason, Guid? Section = null,
    [property: Text(4000, Optional = true)] string? Content = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Section is null == Content is null)
        {
            yield return Wrong.Because("one-of-both", nameof(Section), nameof(Content));
        }
    }
}

public static class CorrectingEntry
{
    /// <param name="entry">What stands under that id in this order; null where nothing does.</param>
    /// <param name="role">The role the act is done in: whoever made an entry corrects it.</param>
    /// <param name="unit">The unit the caller acts for.</param>
    /// <param name="parent">What the section named belongs to; null where it is no active section of the township.</param>
    public static Decision<IOrderEvent> Decide(
        Order order, CorrectEntry command, IOrderEvent? entry, Role role, Guid? unit, Guid? parent) => entry switch
        {
            null => Refuse.Unknown("no-such-entry"),
            _ when order.Corrections is [.., var last]
                && (last.Entry, last.Section, last.Content, last.Reason)
                    == (command.Entry, command.Section, command.Content, command.Reason) => [],
            OrderPassedToSection when command.Section is null => Refuse.Rule("correction-does-not-fit"),
            OrderPassedToSection when role != Role.TownGovernment || (order.Addressee is { } a && a != unit) =>
                Refuse.Forbidden("not-the-addressee"),
            OrderPassedToSection when order.NotInProgress() is { } refusal => refusal,
            OrderPassedToSection when order.Lead?.Draft is not null => Refuse.State("report-prepared"),
            OrderPassedToSection when parent != unit => Refuse.Rule("not-a-section-of-the-addressee"),
            OrderPassedToSection when order.TaskOf(command.Section) is not null => Refuse.Rule("assisting-named-twice"),
            OrderIssued or CoordinationOpened or EscalationOpened when command.Content is null => Refuse.Rule("correction-does-not-fit"),
            OrderIssued or CoordinationOpened or EscalationOpened when role != Role.CongressOffice => Refuse.Forbidden("not-your-entry"),
            OrderIssued or CoordinationOpened or EscalationOpened when order.NotOpen() is { } refusal && order.Stage != OrderStage.Escalated =>
                refusal,
            OrderIssued or CoordinationOpened or EscalationOpened or OrderPassedToSection =>
                [new EntryCorrected(order.Round.Number, command.Entry, command.Section, command.Content, command.Reason)],
            _ => Refuse.Rule("entry-not-correctable"),
        };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/corrections", Post)
        .RequireRole([.. Authority.For(Act.KeepOffice), .. Authority.For(Act.PassToSection)])
        .WithSummary("更正错误记载，原记载保留 / Correct a wrong assignment or wrong words; both stay visible");

    private static async Task<IResult> Post(HttpContext http, Guid id, CorrectEntry body, StreamStore store)
    {
        var tenant = http.Caller().Tenant;
        var entry = (await store.Read(id, tenant, http.RequestAborted)).FirstOrDefault(e => e.Id == body.Entry)?.Data as IOrderEvent;
        var section = body.Section is { } named ? await new Township(store, tenant).Unit(named, http.RequestAborted) : null;
        var parent = section is { Kind: UnitKind.Section } ? section.Parent : null;
        return await http.Write(Order.Stream, id, (order, caller, _) => Decide(order, body, entry, caller.Role, caller.Unit, parent));
    }
}
