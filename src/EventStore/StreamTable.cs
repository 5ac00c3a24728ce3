using System.Runtime.CompilerServices;
using Npgsql;

namespace LiaisonStation.EventStore;

/// <summary>
/// A read table with at most one row for a stream, written in the append's own transaction. Its rows follow from the streams' events
/// alone, by one definition for both, so that a rebuild makes the same ones.
/// </summary>
/// <remarks>The names of table and columns are the program's own constants; values are parameters.</remarks>
/// <param name="name">Of the projection and of its table, whose primary key is <c>tenant_id</c> and <paramref name="key"/>.</param>
/// <param name="key">The column that holds the stream's id.</param>
public sealed class StreamTable(string name, string key) : IInlineProjection
{
    private readonly Dictionary<string, Source> _sources = [];
    private string? _upsert;

    public string Name => name;

    /// <summary>A column with the time from which the row has been as it is.</summary>
    public Since? Since { get; init; }

    internal string[] StreamTypes => [.. _sources.Keys];

    /// <summary>Shows the streams of a type, next to those of other types.</summary>
    /// <param name="row">
    /// Of a stream's state and version: every other column with its value, always the same columns in the same order; null where the
    /// stream has no row. Pure.
    /// </param>
    public StreamTable Of<TState, TEvent>(StreamType<TState, TEvent> type, Func<TState, long, (string Column, object? Value)[]?> row)
        where TState : class
        where TEvent : class
    {
        _sources.Add(type.Alias, new((state, e) => type.Evolve((TState?)state, (TEvent)e), (state, version) => row((TState)state, version)));
        return this;
    }

    /// <inheritdoc/>
    public void Project(Appended appended, NpgsqlBatch batch)
    {
        if (!_sources.TryGetValue(appended.StreamType, out var source))
        {
            return;
        }

        var row = source.Row(appended.State, appended.Version);
        if (row is null || ChangedOnTheWay(source, appended, row))
        {
            batch.Add(FormattableStringFactory.Create(
                $"delete from {name} where tenant_id = {{0}} and {key} = {{1}}", appended.Tenant, appended.Stream));
        }

        if (row is not null)
        {
            object?[] values = [appended.Tenant, appended.Stream, .. row.Select(c => c.Value), .. Since is null ? [] : new object[] { appended.At }];
            batch.Add(FormattableStringFactory.Create(_upsert ??= Upsert(row), values));
        }
    }

    /// <summary>What a stream's next event makes of its row.</summary>
    internal StreamRow Next(StreamRow? before, RecordedAs e, object data)
    {
        var source = _sources[e.StreamType];
        var state = source.Evolve(before?.State, data);
        var columns = source.Row(state, e.Version);
        return new(e, state, columns, before is not null && IsSame(before.Columns, columns) ? before.Since : e.At);
    }

    internal string CopyInto(string schema, (string Column, object? Value)[] row) =>
        $"copy {schema}.{name} ({string.Join(", ", Columns(row))}) from stdin (format binary)";

    internal FormattableString DeleteFrom(string schema, IReadOnlyList<StreamRow> rows) => FormattableStringFactory.Create(
        $"delete from {schema}.{name} where (tenant_id, {key}) in (select * from unnest({{0}}, {{1}}))",
        rows.Select(r => r.Last.Tenant).ToArray(), rows.Select(r => r.Last.Stream).ToArray());

    internal object?[] Values(StreamRow row) =>
        [row.Last.Tenant, row.Last.Stream, .. row.Columns!.Select(c => c.Value), .. Since is null ? [] : new object[] { row.Since }];

    private IEnumerable<string> Columns((string Column, object? Value)[] row) =>
        ["tenant_id", key, .. row.Select(c => c.Column), .. Since is null ? [] : new[] { Since.Column }];

    private string Upsert((string Column, object? Value)[] row)
    {
        var changes = row.Select(c => $"{c.Column} = excluded.{c.Column}");
        if (Since is { While: [_, ..] same })
        {
            changes = changes.Append(
                $"{Since.Column} = case when ({Of("kept", same)}) is not distinct from ({Of("excluded", same)}) "
                + $"then kept.{Since.Column} else excluded.{Since.Column} end");
        }

        return $"insert into {name} as kept ({string.Join(", ", Columns(row))}) "
            + $"values ({string.Join(", ", Columns(row).Select((_, i) => $"{{{i}}}"))}) "
            + $"on conflict (tenant_id, {key}) do update set {string.Join(", ", changes)}";

        static string Of(string place, string[] columns) => string.Join(", ", columns.Select(c => $"{place}.{c}"));
    }

    /// <summary>Whether one of several events changed what a later one changed back: the time begins anew then.</summary>
    private bool ChangedOnTheWay(Source source, Appended appended, (string Column, object? Value)[] row)
    {
        if (Since is null || appended.Events.Count == 1)
        {
            return false;
        }

        var (state, version) = (appended.Before, appended.Version - appended.Events.Count);
        return !appended.Events.SkipLast(1).All(e => IsSame(source.Row(state = source.Evolve(state, e), ++version), row));
    }

    private bool IsSame((string Column, object? Value)[]? one, (string Column, object? Value)[]? other)
    {
        if (one is null || other is null || Since is null)
        {
            return false;
        }

        for (var i = 0; i < one.Length; i++)
        {
            if (Since.While.Contains(one[i].Column) && !Equals(one[i].Value, other[i].Value))
            {
                return false;
            }
        }

        return true;
    }

    private sealed record Source(Func<object?, object, object> Evolve, Func<object, long, (string Column, object? Value)[]?> Row);
}

/// <summary>
/// A column of a <see cref="StreamTable"/> with the time, UTC, at which the event was recorded that gave the row the values it has in
/// some columns.
/// </summary>
/// <param name="While">Columns of single values; none: the time of the event from which the stream has had a row.</param>
public sealed record Since(string Column, params string[] While);

/// <summary>A stream's row as it is after an event.</summary>
/// <param name="Columns">Null where it has none.</param>
internal sealed record StreamRow(RecordedAs Last, object State, (string Column, object? Value)[]? Columns, DateTimeOffset Since);

/// <summary>Where and when an event was recorded.</summary>
internal readonly record struct RecordedAs(
    string StreamType, string Tenant, Guid Stream, long Version, Guid Id, long Sequence, DateTimeOffset At);
