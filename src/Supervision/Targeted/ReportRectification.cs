using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Supervision;

public sealed record ReportRectification(
    [property: Text(4000)] string Content, [property: Attached] IReadOnlyList<Attachment>? Attachments = null);

public static class ReportingRectification
{
    /// <param name="unit">The unit the caller acts for.</param>
    public static Decision<IOrderEvent> Decide(Order order, ReportRectification command, Guid? unit) => order switch
    {
        _ when order.NotOf(unit) is { } refusal => refusal,
        { Targeted: null or { Convened: null } } => Refuse.State("targeted-supervision-not-convened"),
        { Rectifications: [.., var last] } when (last.Unit, last.Content) == (unit, command.Content) => [],
        _ when order.NotOpen() is { } refusal => refusal,
        _ => [new RectificationReported(order.Round.Number, unit!.Value, command.Content, command.Attachments ?? [])],
    };

    public static void Map(RouteGroupBuilder orders) => orders
        .MapPost("/{id:guid}/rectification", Post).RequireRole(Authority.For(Act.Handle))
        .WithSummary("反馈整改情况 / Report what was put right after targeted supervision");

    private static async Task<IResult> Post(HttpContext http, Guid id, ReportRectification body) =>
        await http.Objection(body.Attachments) is { } objection
            ? http.Problem(objection)
            : await http.Write(Order.Stream, id, (order, caller, _) => Decide(order, body, caller.Unit));
}
