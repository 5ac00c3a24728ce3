using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Npgsql;
using Row = (string Column, object? Value)[];

namespace LiaisonStation.EventStore;

/// <summary>
/// A read table of what the streams' states say, written in the append's own transaction: at most one row for a stream, or several that
/// some columns tell apart. Its rows follow from the streams' events alone, by one definition for both, so that a rebuild makes the same
/// ones.
/// </summary>
/// <remarks>The names of table and columns are the program's own constants; values are parameters.</remarks>
/// <param name="name">
/// Of the projection and of its table, whose primary key is <c>tenant_id</c>, <paramref name="key"/> and <paramref name="apart"/>.
/// </param>
/// <param name="key">The column that holds the stream's id.</param>
/// <param name="apart">The columns, of single values, that tell a stream's rows apart; none where it has one at most.</param>
public sealed class StreamTable(string name, string key, params string[] apart) : IInlineProjection
{
    private readonly Dictionary<string, Source> _sources = [];
    private readonly ConcurrentDictionary<(int Rows, bool Alone), string> _upserts = [];

    public string Name => name;

    /// <summary>A column with the time from which the row has been as it is.</summary>
    public Since? Since { get; init; }

    internal string[] StreamTypes => [.. _sources.Keys];

    /// <summary>Shows the streams of a type, next to those of other types, in a row each.</summary>
    /// <param name="row">
    /// Of a stream's state and version: every other column with its value, always the same columns in the same order; null where the
    /// stream has no row. Pure.
    /// </param>
    public StreamTable Of<TState, TEvent>(StreamType<TState, TEvent> type, Func<TState, long, (string Column, object? Value)[]?> row)
        where TState : class
        where TEvent : class =>
        Each(type, (state, version) => row(state, version) is { } one ? [one] : []);

    /// <summary>Shows the streams of a type, next to those of other types, in any number of rows each.</summary>
    /// <param name="rows">As of a stream with one; no two rows have the same values in the columns that tell them apart.</param>
    public StreamTable Each<TState, TEvent>(
        StreamType<TState, TEvent> type, Func<TState, long, IReadOnlyList<(string Column, object? Value)[]>> rows)
        where TState : class
        where TEvent : class
    {
        _sources.Add(type.Alias, new((state, e) => type.Evolve((TState?)state, (TEvent)e), (state, version) => rows((TState)state, version)));
        return this;
    }

    /// <inheritdoc/>
    public void Project(Appended appended, NpgsqlBatch batch)
    {
        if (!_sources.TryGetValue(appended.StreamType, out var source))
        {
            return;
        }

        var rows = source.Rows(appended.State, appended.Version);
        var kept = Unchanged(source, appended, rows);
        if (rows.Count == 0 || kept.Count < rows.Count)
        {
            batch.Add(FormattableStringFactory.Create(
                $"delete from {name} where tenant_id = {{0}} and {key} = {{1}}{Beside(kept.Count, (r, c) => 2 + (r * apart.Length) + c)}",
                [appended.Tenant, appended.Stream, .. kept.SelectMany(row => apart.Select(column => Value(row, column)))]));
        }

        if (rows.Count > 0)
        {
            // Nothing can be beside a row that is alone by its key, in a new stream, or after the rest was deleted.
            var alone = apart.Length == 0 || appended.Before is null || kept.Count < rows.Count;
            object?[] values =
                [appended.Tenant, appended.Stream, .. rows.SelectMany(row => row.Select(c => c.Value)), .. Since is null ? [] : new object[] { appended.At }];
            batch.Add(FormattableStringFactory.Create(_upserts.GetOrAdd((rows.Count, alone), _ => Upsert(rows, alone)), values));
        }
    }

    /// <summary>What a stream's next event makes of its rows.</summary>
    internal StreamRows Next(StreamRows? before, RecordedAs e, object data)
    {
        var source = _sources[e.StreamType];
        var state = source.Evolve(before?.State, data);
        return new(e, state, [.. source.Rows(state, e.Version).Select(row =>
            (row, before?.Rows.FirstOrDefault(b => IsSame(b.Columns, row)) is { Columns: not null } same ? same.Since : e.At))]);
    }

    internal string CopyInto(string schema, Row row) => $"copy {schema}.{name} ({string.Join(", ", Columns(row))}) from stdin (format binary)";

    internal FormattableString DeleteFrom(string schema, IReadOnlyList<StreamRows> streams) => FormattableStringFactory.Create(
        $"delete from {schema}.{name} where (tenant_id, {key}) in (select * from unnest({{0}}, {{1}}))",
        streams.Select(s => s.Last.Tenant).ToArray(), streams.Select(s => s.Last.Stream).ToArray());

    internal object?[] Values(RecordedAs last, Row row, DateTimeOffset since) =>
        [last.Tenant, last.Stream, .. row.Select(c => c.Value), .. Since is null ? [] : new object[] { since }];

    private IEnumerable<string> Columns(Row row) =>
        ["tenant_id", key, .. row.Select(c => c.Column), .. Since is null ? [] : new[] { Since.Column }];

    private string Upsert(IReadOnlyList<Row> rows, bool alone)
    {
        var width = rows[0].Length;
        var changes = rows[0].Select(c => c.Column).Except(apart).Select(c => $"{c} = excluded.{c}");
        if (Since is { While: [_, ..] same })
        {
            changes = changes.Append(
                $"{Since.Column} = case when ({Of("kept", same)}) is not distinct from ({Of("excluded", same)}) "
                + $"then kept.{Since.Column} else excluded.{Since.Column} end");
        }

        // In one statement with what goes, for a statement more costs as much as a row.
        var first = alone ? "" :
            $"with gone as (delete from {name} where tenant_id = {{0}} and {key} = {{1}}"
            + $"{Beside(rows.Count, (r, c) => 2 + (r * width) + Array.FindIndex(rows[0], column => column.Column == apart[c]))}) ";
        return first + $"insert into {name} as kept ({string.Join(", ", Columns(rows[0]))}) "
            + $"values {string.Join(", ", rows.Select((_, r) => Places([0, 1, .. Enumerable.Range(2 + (r * width), width), .. Since is null ? [] : new[] { 2 + (rows.Count * width) }])))} "
            + $"on conflict ({string.Join(", ", ["tenant_id", key, .. apart])}) do update set {string.Join(", ", changes)}";

        static string Of(string place, string[] columns) => string.Join(", ", columns.Select(c => $"{place}.{c}"));
    }

    /// <summary>The condition for the rows of a stream beside so many.</summary>
    /// <param name="place">Of a row's value in one of the columns that tell rows apart.</param>
    private string Beside(int rows, Func<int, int, int> place) => rows == 0 || apart.Length == 0 ? "" :
        $" and ({string.Join(", ", apart)}) not in ("
        + $"{string.Join(", ", Enumerable.Range(0, rows).Select(r => Places(Enumerable.Range(0, apart.Length).Select(c => place(r, c)))))})";

    private static string Places(IEnumerable<int> places) => $"({string.Join(", ", places.Select(p => $"{{{p}}}"))})";

    /// <summary>
    /// The rows that none of several events changed on the way: the time begins anew where a later one changed back what an earlier one
    /// had changed.
    /// </summary>
    private IReadOnlyList<Row> Unchanged(Source source, Appended appended, IReadOnlyList<Row> rows)
    {
        if (Since is null || appended.Events.Count == 1)
        {
            return rows;
        }

        var (state, version) = (appended.Before, appended.Version - appended.Events.Count);
        var onTheWay = appended.Events.SkipLast(1).Select(e => source.Rows(state = source.Evolve(state, e), ++version)).ToArray();
        return [.. rows.Where(row => onTheWay.All(then => then.Any(one => IsSame(one, row))))];
    }

    /// <summary>Whether it is the same row, and unchanged where a change begins the time anew.</summary>
    private bool IsSame(Row one, Row other)
    {
        for (var i = 0; i < one.Length; i++)
        {
            if ((apart.Contains(one[i].Column) || Since?.While.Contains(one[i].Column) == true) && !Equals(one[i].Value, other[i].Value))
            {
                return false;
            }
        }

        return true;
    }

    private static object? Value(Row row, string column) => Array.Find(row, c => c.Column == column).Value;

    private sealed record Source(Func<object?, object, object> Evolve, Func<object, long, IReadOnlyList<Row>> Rows);
}

/// <summary>
/// A column of a <see cref="StreamTable"/> with the time, UTC, at which the event was recorded that gave the row the values it has in
/// some columns.
/// </summary>
/// <param name="While">Columns of single values; none: the time of the event from which the stream has had a row.</param>
public sealed record Since(string Column, params string[] While);

/// <summary>A stream's rows as they are after an event.</summary>
internal sealed record StreamRows(RecordedAs Last, object State, IReadOnlyList<(Row Columns, DateTimeOffset Since)> Rows);

/// <summary>Where and when an event was recorded.</summary>
internal readonly record struct RecordedAs(
    string StreamType, string Tenant, Guid Stream, long Version, Guid Id, long Sequence, DateTimeOffset At);
