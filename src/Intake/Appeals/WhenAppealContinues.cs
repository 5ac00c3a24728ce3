using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using MassTransit;

namespace LiaisonStation.Intake.Appeals;

/// <summary>
/// An appeal that was merged or split goes on in others. What it says of itself is stored first; this carries it over, however
/// often it comes: the other stream says whether it was told.
/// </summary>
public sealed class WhenAppealContinues(StreamStore store, TimeProvider time) : IConsumer<AppealContinues>
{
    /// <summary>The part begins where the whole was: accepted, with everyone linked to it and what they gave.</summary>
    public static Decision<IAppealEvent> Decide(Appeal? part, Appeal whole, AppealPart split) => part is not null
        ? []
        :
        [
            new AppealReceived(
                split.Id, split.CaseNumber, whole.Channel, whole.Submitter, whole.AddressedTo, whole.ContactPoint, whole.Reception,
                split.Title, split.Text, whole.ConsentGiven, whole.SubmittedAt, whole.Source, whole.SourceId, null, whole.Id),
            new AppealAccepted(whole.AcceptedBy!.Value, whole.AcceptedAs!.Value),
            .. whole.Linked.Except([whole.Submitter]).Select(joined => new AppealJoined(joined, null)),
            .. whole.Files,
            .. whole.Linked.Contains(whole.Submitter) ? [] : new IAppealEvent[] { new AppealWithdrawn(whole.Submitter) },
        ];

    public static Decision<IAppealEvent> Decide(Appeal? into, Appeal merged) => into switch
    {
        null => Refuse.Unknown("appeal-unknown"),
        _ when into.MergedIn.Contains(merged.Id) => [],
        { Stage: Stage.Merged or Stage.Split } => Refuse.State("goes-on-elsewhere"),
        _ => [new AppealMergedIn(merged.Id, merged.CaseNumber, merged.Linked)],
    };

    public async Task Consume(ConsumeContext<AppealContinues> context)
    {
        var (m, cause) = (context.Message, context.Cause() with { Inbox = null });
        var appeal = await Load(m.AppealId, cause, context.CancellationToken);
        if (appeal.Parts.SingleOrDefault(p => p.Id == m.In) is { } part)
        {
            await Write(part.Id, cause, found => Decide(found, appeal, part), context.CancellationToken);
            return;
        }

        // Where that one was merged or split itself meanwhile, it goes on in what became of it.
        var open = new Queue<Guid>([m.In]);
        while (open.TryDequeue(out var into))
        {
            var found = await Load(into, cause, context.CancellationToken);
            if (found.MergedIn.Contains(appeal.Id))
            {
                continue;
            }

            switch (found)
            {
                case { Stage: Stage.Merged, MergedInto: { } next }:
                    open.Enqueue(next);
                    break;
                case { Stage: Stage.Split }:
                    found.Parts.ToList().ForEach(p => open.Enqueue(p.Id));
                    break;
                default:
                    await Write(into, cause, state => Decide(state, appeal), context.CancellationToken);
                    break;
            }
        }
    }

    private async Task<Appeal> Load(Guid id, Cause cause, CancellationToken cancellation) =>
        (await store.Load(Appeal.Stream, id, cause.Tenant, cancellation))?.State
        ?? throw new InvalidOperationException($"appeal {id} is not there yet; the message must come again.");

    private async Task Write(Guid id, Cause cause, Func<Appeal?, Decision<IAppealEvent>> decide, CancellationToken cancellation)
    {
        var pace = await Pace.Of(store, cause.Tenant, time.GetUtcNow(), cancellation);
        var outcome = await store.Write(Appeal.Stream, id, cause, a => decide(a).WithLimit(a, pace), cancellation: cancellation);
        if (outcome.Kind is not (OutcomeKind.Appended or OutcomeKind.Unchanged))
        {
            throw new InvalidOperationException($"appeal {id} answered {outcome.Kind}; the message must come again.");
        }
    }
}
