using System.ComponentModel.DataAnnotations;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation.MajorMatters;

/// <summary>The Presidium deliberates it itself instead of the group (重大事件).</summary>
/// <param name="Invited">Experts, third parties, the discipline body: by kind and unit.</param>
public sealed record MajorMatterDeclared(string Reason, IReadOnlyList<Guest> Invited, Resolution Resolution) : ITopicEvent
{
    public bool Equals(MajorMatterDeclared? other) => other is not null
        && (Reason, Resolution) == (other.Reason, other.Resolution) && Invited.SequenceEqual(other.Invited);

    public override int GetHashCode() => HashCode.Combine(Reason, Invited.Count, Resolution);
}

public sealed record DeclareMajorMatter(
    [property: Text] string Reason,
    [property: MaxLength(50, ErrorMessage = "too-long")] IReadOnlyList<Guest>? Invited = null,
    Meeting? Meeting = null,
    Commission? Commission = null);

public static class DeclaringMajorMatter
{
    public static Decision<ITopicEvent> Decide(Topic topic, DeclareMajorMatter command, Presiding who)
    {
        var declared = new MajorMatterDeclared(command.Reason, command.Invited ?? [], who.Resolve(command.Meeting, command.Commission));
        return topic switch
        {
            { MajorMatter: { } recorded } => recorded == declared ? [] : Refuse.State("already-a-major-matter"),
            { Stage: TopicStage.NotTaken } => Refuse.State("topic-not-taken"),
            { Stage: TopicStage.Deliberated or TopicStage.Referred } => Refuse.State("topic-already-deliberated"),
            { Stage: not TopicStage.Confirmed } => Refuse.State("topic-not-confirmed"),
            { PartyReport: null } => Refuse.State("not-reported-to-party-committee"),
            _ when who.Objection(declared.Resolution, null, topic.Recused) is { } objection => objection,
            _ => [declared],
        };
    }

    public static void Map(RouteGroupBuilder topics) => topics
        .MapPost("/{id:guid}/major-matter", Post).RequireRole([.. Authority.For(Act.Decide), .. Authority.For(Act.DecideByCommission)])
        .WithSummary("Declare a major matter, on which the Presidium meets itself");

    private static async Task<IResult> Post(HttpContext http, Guid id, DeclareMajorMatter body, StreamStore store)
    {
        var who = await Presiding.Now(http, new Township(store, http.Caller().Tenant));
        return await http.Write(Topic.Stream, id, (topic, _, _) => Decide(topic, body, who));
    }
}
