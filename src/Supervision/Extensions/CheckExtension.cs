using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

/// <param name="Recommended">Whether the office would grant it; the chair decides.</param>
public sealed record CheckExtension(bool Recommended, [property: Text] string Opinion);

public static class CheckingExtension
{
    public static Decision<IOrderEvent> Decide(Order order, CheckExtension command, Guid person) => order switch
    {
        _ when order.Recuses(person) is { } refusal => refusal,
        { Round.Extensions: [.., { Checked: { } c }] } =>
            (c.Recommended, c.Opinion) == (command.Recommended, command.Opinion) ? [] : Refuse.State("extension-already-checked"),
        { Round.Pending: { } pending } => [new ExtensionChecked(
            order.Round.Number, pending.Requested.Extension, command.Recommended, command.Opinion)],
        _ => Refuse.State("no-extension-requested"),
    };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/extension/check", Post).RequireRole(Authority.For(Act.CheckExtension))
        .WithSummary("审核延期申请 / Check the extension asked for and give the office's opinion");

    private static Task<IResult> Post(HttpContext http, Guid id, CheckExtension body) =>
        http.Write(Order.Stream, id, (order, caller, _) => Decide(order, body, caller.Person));
}
