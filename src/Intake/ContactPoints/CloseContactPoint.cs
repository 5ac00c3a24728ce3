using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Registry;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;

namespace LiaisonStation.Intake.ContactPoints;

/// <param name="Content">The milestone, as the point was opened with it.</param>
/// <param name="ReachedOn">Local date, not ahead.</param>
public sealed record ReachMilestone([property: Text(200)] string Content, [property: Given] DateOnly ReachedOn);

/// <param name="On">The last day, local date, not ahead.</param>
public sealed record CloseContactPoint([property: Given] DateOnly On, [property: Text(Assignment.DocumentNumberLength)] string DocumentNumber);

/// <summary>How a contact point goes on to its end: a project's milestones, and the closing.</summary>
public static class ClosingContactPoint
{
    public static Decision<IContactPointEvent> Decide(ContactPoint point, ReachMilestone c, DateOnly today) =>
        point.Milestones.SingleOrDefault(m => m.Content == c.Content) switch
        {
            null => Refuse.Unknown("milestone-unknown"),
            { ReachedOn: { } reached } => reached == c.ReachedOn ? [] : Refuse.State("milestone-reached"),
            _ when point.ClosedOn is not null => Refuse.State("contact-point-closed"),
            _ when c.ReachedOn > today || c.ReachedOn < point.From => Refuse.Rule("milestone-outside-its-time"),
            _ => [new MilestoneReached(c.Content, c.ReachedOn)],
        };

    public static Decision<IContactPointEvent> Decide(ContactPoint point, CloseContactPoint c, DateOnly today) => point switch
    {
        { ClosedOn: { } closed } => closed == c.On ? [] : Refuse.State("contact-point-closed"),
        _ when c.On > today || c.On < point.From => Refuse.Rule("closing-outside-its-time"),
        _ => [new ContactPointClosed(c.On, c.DocumentNumber)],
    };

    public static void Map(RouteGroupBuilder points)
    {
        points.MapPost("/{id:guid}/milestones", (Guid id, ReachMilestone c, HttpContext http) =>
                http.Write(ContactPoint.Stream, id, (p, _, now) => Decide(p, c, BusinessTime.DateOf(now))))
            .RequireRole(Authority.For(Act.KeepStation))
            .WithSummary("Record that a project reached a milestone");
        points.MapPost("/{id:guid}/closing", (Guid id, CloseContactPoint c, HttpContext http) =>
                http.Write(ContactPoint.Stream, id, (p, _, now) => Decide(p, c, BusinessTime.DateOf(now))))
            .RequireRole(Authority.For(Act.KeepStation))
            .WithSummary("Close a contact point, by a document");
    }
}
