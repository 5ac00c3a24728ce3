using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Rules;
using LiaisonStation.Townships;

namespace LiaisonStation.Deliberation;

/// <summary>What the passing of time makes of a topic.</summary>
public static class WhenDue
{
    public static NextDue? Next(Topic topic) => topic switch
    {
        { IsOpen: false } => null,
        { Waits: true, Place: null } => new(DateTimeOffset.UnixEpoch),
        { Waits: true } => NextDue.Of(topic.Late.Contains(topic.Stage) ? null : topic.Limit, topic.Place!.Confirmation),
        _ => NextDue.Of(topic.Late.Contains(topic.Stage) ? null : topic.Limit),
    };

    public static Decision<ITopicEvent> Decide(Topic topic, Policy policy, WorkingCalendar calendar, DateTimeOffset now)
    {
        var today = BusinessTime.DateOf(now);
        ITopicEvent[] late = topic.Limit is { } limit && limit.IsPast(now) && !topic.Late.Contains(topic.Stage)
            ? [new TopicOverdue(topic.Stage, limit)]
            : [];
        return topic switch
        {
            { Waits: true, Place: null } => [new TopicEnteredBatch(Place.In(Month.Of(today), today, policy, calendar))],
            { Waits: true, Place: { } place } when place.Confirmation.IsPast(now) =>
                [.. late, new TopicRolledOver(place.Month, Place.After(place.Month, today, policy, calendar))],
            _ => [.. late],
        };
    }
}
