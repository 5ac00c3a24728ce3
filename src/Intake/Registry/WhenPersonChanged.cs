using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Intake.Registry;

/// <summary>Makes the groups follow the person: a membership is decided in one place and holds in both.</summary>
public sealed class WhenPersonChanged(StreamStore store) : IConsumer<PersonChanged>
{
    public static Decision<IGroupEvent> Decide(Group? group, Person person) => group switch
    {
        null or { Active: false } => [],
        _ when person.Groups.Contains(group.Id) == group.Members.Contains(person.Id) => [],
        _ when person.Groups.Contains(group.Id) => [Changed(group, [.. group.Members, person.Id])],
        _ => [Changed(group, [.. group.Members.Where(m => m != person.Id)])],
    };

    public async Task Consume(ConsumeContext<PersonChanged> context)
    {
        // The message only says that something changed: what counts is the person as stored now, so a late one does no harm,
        // and the state of each group says whether it has followed, so a repeat does none either.
        var cause = context.Cause() with { Inbox = null };
        var person = (await store.Load(Person.Stream, context.Message.PersonId, cause.Tenant, context.CancellationToken))!.State;
        FormattableString held = $"select id from groups where {person.Id} = any(members)";
        var groups = await store.Query(cause.Tenant, held, r => r.GetGuid(0), context.CancellationToken);
        foreach (var group in groups.Union(person.Groups))
        {
            var outcome = await store.Write(Group.Stream, group, cause, g => Decide(g, person), cancellation: context.CancellationToken);
            if (outcome.Kind is not (OutcomeKind.Appended or OutcomeKind.Unchanged))
            {
                throw new InvalidOperationException($"group {group} answered {outcome.Kind}; the message must come again.");
            }
        }
    }

    private static GroupMembersChanged Changed(Group g, IReadOnlyList<Guid> members) => new(g.Id, g.Kind, g.Name, members);
}
