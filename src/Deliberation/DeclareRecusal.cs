using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Deliberation;

/// <summary>A person takes no part in the matter from now on (回避). The referral carries it along.</summary>
/// <param name="Person">Registry id.</param>
public sealed record RecusalDeclared(Guid Person, RecusalGround Ground) : ITopicEvent;

public enum RecusalGround
{
    /// <summary>Handled the matter before.</summary>
    Handled,

    /// <summary>Sits in its task force.</summary>
    TaskForce,

    /// <summary>Has an interest in it.</summary>
    Interest,
}

/// <param name="Person">Of another, whose declaration the office enters; nobody else may.</param>
public sealed record DeclareRecusal([property: Known] RecusalGround Ground, Guid? Person = null);

public static class DeclaringRecusal
{
    /// <param name="by">The role the act is done in.</param>
    public static Decision<ITopicEvent> Decide(Topic topic, DeclareRecusal command, Guid caller, Role by) => topic switch
    {
        _ when topic.Recused.Contains(command.Person ?? caller) => [],
        { IsOpen: false } => Refuse.State("topic-closed"),
        _ when command.Person is { } other && other != caller && by is not Role.CongressOffice => Refuse.Forbidden("recusal-is-ones-own"),
        _ => [new RecusalDeclared(command.Person ?? caller, command.Ground)],
    };

    public static void Map(RouteGroupBuilder topics) => topics
        .MapPost("/{id:guid}/recusals", Post).RequireRole(Authority.For(Act.Recuse))
        .WithSummary("Declare that one takes no part in the matter; the office enters it for another");

    private static Task<IResult> Post(HttpContext http, Guid id, DeclareRecusal body) => http.Write(
        Topic.Stream, id, (topic, caller, _) => Decide(topic, body, caller.Person, caller.Role));
}
