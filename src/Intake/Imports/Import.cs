using System.Diagnostics;
using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Appeals;
using LiaisonStation.ServiceDefaults;
using Npgsql;

namespace LiaisonStation.Intake.Imports;

public enum RowOutcome
{
    Accepted,
    Duplicate,
    Rejected,
}

public static class RowOutcomes
{
    /// <summary>As it stands in the table and in the answer: <c>accepted</c>.</summary>
    public static string Word(this RowOutcome outcome) => outcome.ToString().ToLowerInvariant();
}

/// <summary>What is already known under a source's number.</summary>
/// <param name="Fingerprint">Empty: its submitter was erased.</param>
public sealed record KnownItem(byte[] Fingerprint, Guid AppealId, string CaseNumber);

/// <summary>What a row holds of a person's, under their key.</summary>
public sealed record SealedItem(Guid Submitter, PersonalText Title, PersonalText Text, PersonalText? Reply, string? User)
{
    public static SealedItem Of(SourceItem item, Guid submitter, KeyRing keys) => new(
        submitter, keys.Seal(submitter, item.Title), keys.Seal(submitter, item.Text),
        item.Reply is null ? null : keys.Seal(submitter, item.Reply), item.User is null ? null : keys.Seal(submitter, item.User).Sealed);
}

/// <summary>A file that was taken in.</summary>
/// <param name="Content">Sealed under a key of its own.</param>
/// <param name="AddressedTo">The deputy who takes the batch.</param>
public sealed record Import(
    string Township, Guid Id, string Preset, Guid? AddressedTo, Guid Person, string Role, Guid? Unit, byte[] Content)
{
    /// <summary>The same number with the same content was imported before; with other content it is refused.</summary>
    public static (RowOutcome Outcome, Rejection? Rejection) Decide(SourceItem item, KnownItem? known) =>
        known is null ? (RowOutcome.Accepted, null)
        : known.Fingerprint is [] ? (RowOutcome.Rejected, new Rejection("person-erased"))
        : known.Fingerprint.AsSpan().SequenceEqual(item.Fingerprint) ? (RowOutcome.Duplicate, null)
        : (RowOutcome.Rejected, new Rejection("changed-since-import"));

    /// <summary>An imported appeal starts as collected; what its source had answered moves no state.</summary>
    public static IReadOnlyList<IAppealEvent> Founding(
        Guid id, string number, SourceItem item, SealedItem words, Preset preset, Guid? addressedTo,
        Limit? acceptance)
    {
        var received = new AppealReceived(
            id, number, preset.Channel, words.Submitter, addressedTo, null, null, words.Title, words.Text, false, item.SubmittedAt,
            preset.Source, item.SourceId, acceptance, null);
        return words.Reply is null ? [received] : [received, new SourceReplyRecorded(words.Reply, item.RepliedAt)];
    }

    public Cause Cause() => new(
        Township, new EventHeaders(Person.ToString(), Role, Unit?.ToString(), Activity.Current?.Id), Causation: Id.ToString());

    /// <summary>The pseudonym a source gives its users stays theirs from file to file.</summary>
    public Guid? Submitter(Preset preset, SourceItem item) =>
        item.User is null ? null : Uuid.Derive(Uuid.Derive(Guid.Empty, $"{Township}/{preset.Source}"), item.User);

    /// <summary>The row's account, in the transaction of its appeal: no row is imported twice or left unsaid.</summary>
    public void Account(NpgsqlBatch batch, ImportRow row, SourceItem item, Preset preset, Guid appeal, string number, SealedItem words)
    {
        batch.Add($"""
            insert into source_items values ({Township}, {preset.Source}, {item.SourceId}, {item.Fingerprint}, {appeal}, {number})
            """);
        batch.Add($"""
            insert into import_rows values (
                {Township}, {Id}, {row.Number}, {row.Line}, {item.SourceId}, {RowOutcome.Accepted.Word()}, null, null, {appeal}, {number})
            """);
        if (words.User is not null)
        {
            batch.Add($"insert into contacts values ({Township}, {words.Submitter}, {words.User}, null) on conflict do nothing");
        }
    }
}
