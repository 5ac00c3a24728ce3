using LiaisonStation.EventStore;
using LiaisonStation.Rules;

namespace LiaisonStation.Intake.Appeals;

/// <summary>The appeals as the next screen must show them.</summary>
public static class AppealRows
{
    public static StreamTable Table { get; } = new StreamTable("appeals", "id") { Since = new("received_at") }.Of(
        Appeal.Stream,
        (a, version) =>
        {
            // Of what each one said first: a redo is not to better the figure.
            Rating[] first = [.. a.Ratings.DistinctBy(r => r.Person).Select(r => r.Rating)];
            return
            [
                ("case_number", a.CaseNumber), ("stage", a.Stage.ToString()), ("round", a.Round), ("channel", a.Channel.ToString()),
                ("urgency", a.Urgency?.ToString()), ("title", a.Title.Sealed), ("submitter", a.Submitter), ("addressed_to", a.AddressedTo),
                ("source", a.Source), ("source_id", a.SourceId), ("version", version), ("category", a.Category?.First),
                ("accepted_by", a.AcceptedBy), ("unit_id", a.Dispatch?.Unit), ("contact_point_id", a.ContactPoint),
                ("reception_id", a.Reception), ("split_from", a.SplitFrom), ("linked", a.Linked.Union(a.Left).ToArray()),
                ("dispatches", a.Dispatch?.Number ?? 0), ("first_right", a.Dispatch?.FirstRight ?? true),
                ("returned", a.Dispatch?.Returned ?? 0), ("answered_at", a.FirstAnsweredAt), ("result", a.UnitAnswer?.Result.ToString()),
                ("satisfied", first.Count(r => r == Rating.Satisfied)),
                ("basically_satisfied", first.Count(r => r == Rating.BasicallySatisfied)),
                ("unsatisfied", first.Count(r => r == Rating.Unsatisfied)), ("taken_up", a.WasTakenUp), ("concluded", a.WasConcluded),
            ];
        });

    /// <summary>Each answer that ordinary handling owes, by its target.</summary>
    public static StreamTable Owed { get; } = new StreamTable("answers_owed", "appeal_id", "number").Each(
        Appeal.Stream,
        (a, _) =>
        [
            .. a.Owed.Select((owed, i) => new (string, object?)[]
            {
                ("number", i + 1), ("case_number", a.CaseNumber), ("target_at", owed.Target.DueAt()), ("answered_at", owed.AnsweredAt),
            }),
        ]);

    /// <summary>What stands in public: only while the station's text is approved, and never of what ended without being taken on.</summary>
    public static StreamTable Public { get; } = new StreamTable("publications", "appeal_id") { Since = new("published_at", "title", "text") }.Of(
        Appeal.Stream,
        (a, _) => a is { Publication: { } p, Stage: not (Stage.Declined or Stage.Withdrawn or Stage.Merged or Stage.Split) }
            ? [("title", p.Title), ("text", p.Text), ("stage", a.Stage.ToString())]
            : null);
}
