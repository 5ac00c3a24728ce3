using LiaisonStation.EventStore;
using LiaisonStation.Intake.Appeals;
using LiaisonStation.ServiceDefaults;
using LiaisonStation.Townships;
using Npgsql;

namespace LiaisonStation.Intake.Imports;

/// <summary>
/// Imports files that were taken in, one at a time. A file is claimed for a short while and the claim renewed with every
/// stretch of rows; when its worker dies another goes on after the last row accounted for.
/// </summary>
public sealed partial class ImportWorker(
    StoreDatabase database, StreamStore store, BulkAppend bulk, Vault vault, TimeProvider time, ILogger<ImportWorker> log)
    : BackgroundService
{
    private const int Stretch = 100;
    private const int MaxAttempts = 5;

    /// <summary>The queue belongs to no township.</summary>
    private const string NoTownship = "";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClaimFor = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WhenOpen(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await ImportNext(stoppingToken))
                {
                    continue;
                }
            }
            catch (NpgsqlException e) when (!stoppingToken.IsCancellationRequested)
            {
                CannotClaim(e);
            }

            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    /// <summary>Imports the next file that waits. False: none does.</summary>
    public async Task<bool> ImportNext(CancellationToken cancellation)
    {
        var (claim, now) = (time.NewId(), time.GetUtcNow());
        FormattableString take = $"""
            update import_queue set claim = {claim}, claimed_until = {now + ClaimFor}, attempts = attempts + 1
            where id = (select id from import_queue where claimed_until <= {now} order by claimed_until limit 1 for update skip locked)
            returning id, tenant_id, attempts
            """;
        if (await store.Query(NoTownship, take, r => (r.GetGuid(0), r.GetString(1), r.GetInt32(2)), cancellation) is not [var (id, township, attempts)])
        {
            return false;
        }

        try
        {
            await Run(await Load(township, id, cancellation), claim, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await Release(id, claim, time.GetUtcNow());
            throw;
        }
        catch (Exception e) when (attempts >= MaxAttempts && e is not (NpgsqlException { IsTransient: true } or VaultUnreachableException))
        {
            GivenUp(e, id);
            await Finish(township, id, claim, new BrokenFile("import-failed", null, e.GetType().Name), cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            WillTryAgain(e, id);
            await Release(id, claim, time.GetUtcNow() + AfterFailure);
        }

        return true;
    }

    private async Task Run(Import import, Guid claim, CancellationToken cancellation)
    {
        var (file, broken) = Preset.All.TryGetValue(import.Preset, out var preset)
            ? ImportFile.Open((await vault.Fetch(import.Township, [import.Id], cancellation)).Open(import.Id, import.Content)!, preset)
            : (null, new BrokenFile("unknown-preset", null, import.Preset));
        if (file is null)
        {
            await Finish(import.Township, import.Id, claim, broken, cancellation);
            return;
        }

        FormattableString start = $"update imports set state = 'running', total = {file.Rows} where id = {import.Id} and content is not null returning 1";
        await store.Query(import.Township, start, r => 0, cancellation);
        FormattableString accounted = $"select number from import_rows where import_id = {import.Id}";
        var done = (await store.Query(import.Township, accounted, r => r.GetInt32(0), cancellation)).ToHashSet();
        foreach (var rows in file.Read().Where(r => !done.Contains(r.Number)).Chunk(Stretch))
        {
            await Run(import, preset!, file.Header, rows, cancellation);
            if (!await Renew(import.Id, claim, cancellation))
            {
                return;
            }
        }

        await Finish(import.Township, import.Id, claim, null, cancellation);
    }

    private async Task Run(Import import, Preset preset, IReadOnlyList<string> header, ImportRow[] rows, CancellationToken cancellation)
    {
        using var fingerprint = vault.Fingerprint();
        var read = rows.Select(row => (Row: row, Read: SourceItem.Read(row, header, preset, fingerprint))).ToArray();
        var known = await Known(import.Township, preset, [.. read.Select(r => r.Read.Item?.SourceId).OfType<string>()], cancellation);
        var fresh = read.Select(r => r.Read.Item?.SourceId).OfType<string>().Distinct().Count(id => !known.ContainsKey(id));
        var numbers = new Queue<string>(await CaseNumbers.Reserve(store, import.Township, time.GetUtcNow(), fresh, cancellation));
        var submitters = read.Where(r => r.Read.Item is { } item && !known.ContainsKey(item.SourceId))
            .ToDictionary(r => r.Row.Number, r => import.Submitter(preset, r.Read.Item!) ?? time.NewId());
        var keys = await vault.Make(import.Township, submitters.Values, cancellation);
        var accounts = new List<RowAccount>();
        var accepted = new List<FreshRow>();
        foreach (var (row, (item, rejection)) in read)
        {
            if (item is null)
            {
                accounts.Add(new RowAccount(row, null, RowOutcome.Rejected, rejection, null));
            }
            else if (known.TryGetValue(item.SourceId, out var before))
            {
                accounts.Add(RowAccount.Of(row, item, before));
            }
            else if (keys.IsDestroyed(submitters[row.Number]))
            {
                accounts.Add(new RowAccount(row, item.SourceId, RowOutcome.Rejected, new Rejection("person-erased"), null));
            }
            else
            {
                var next = new FreshRow(row, item, SealedItem.Of(item, submitters[row.Number], keys), time.NewId(), numbers.Dequeue());
                accepted.Add(next);
                known[item.SourceId] = new KnownItem(item.Fingerprint, next.Appeal, next.Number);
            }
        }

        if (!await Accept(import, preset, accepted, cancellation))
        {
            foreach (var one in accepted)
            {
                if (!await Accept(import, preset, [one], cancellation))
                {
                    // Somebody else was quicker with this number.
                    known = await Known(import.Township, preset, [one.Item.SourceId], cancellation);
                    accounts.Add(RowAccount.Of(one.Row, one.Item, known[one.Item.SourceId]));
                }
            }
        }

        await Account(import, accounts, cancellation);
    }

    /// <summary>All of them; or false and none, where one of their numbers has been imported meanwhile.</summary>
    private async Task<bool> Accept(Import import, Preset preset, IReadOnlyList<FreshRow> rows, CancellationToken cancellation)
    {
        var pace = await Pace.Of(store, import.Township, time.GetUtcNow(), cancellation);
        var acceptance = pace.Acceptance(preset.Channel, import.AddressedTo);
        try
        {
            var outcome = await bulk.Found(
                Appeal.Stream,
                [.. rows.Select(r => new Founding<IAppealEvent>(
                    r.Appeal, import.Cause(), Import.Founding(r.Appeal, r.Number, r.Item, r.Words, preset, import.AddressedTo, acceptance)))],
                batch =>
                {
                    foreach (var r in rows)
                    {
                        import.Account(batch, r.Row, r.Item, preset, r.Appeal, r.Number, r.Words);
                    }
                },
                cancellation);
            return outcome == BulkOutcome.Appended ? true : throw new InvalidOperationException($"Appeals with fresh ids were not stored: {outcome}.");
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "source_items" })
        {
            return false;
        }
    }

    private async Task<Dictionary<string, KnownItem>> Known(string township, Preset preset, string[] ids, CancellationToken cancellation)
    {
        FormattableString known = $"""
            select source_id, fingerprint, appeal_id, case_number from source_items
            where tenant_id = {township} and source = {preset.Source} and source_id = any({ids})
            """;
        return (await store.Query(
            township, known, r => (Id: r.GetString(0), Item: new KnownItem(r.GetFieldValue<byte[]>(1), r.GetGuid(2), r.GetString(3))), cancellation))
            .ToDictionary(k => k.Id, k => k.Item);
    }

    private async Task Account(Import import, List<RowAccount> accounts, CancellationToken cancellation)
    {
        FormattableString insert = $"""
            insert into import_rows
            select {import.Township}, {import.Id}, r.* from unnest(
                {accounts.Select(a => a.Row.Number).ToArray()}::int[], {accounts.Select(a => a.Row.Line).ToArray()}::bigint[],
                {accounts.Select(a => a.SourceId).ToArray()}::varchar[], {accounts.Select(a => a.Outcome.Word()).ToArray()}::varchar[],
                {accounts.Select(a => a.Rejection?.Code).ToArray()}::varchar[], {accounts.Select(a => a.Rejection?.Detail).ToArray()}::text[],
                {accounts.Select(a => a.Known?.AppealId).ToArray()}::uuid[], {accounts.Select(a => a.Known?.CaseNumber).ToArray()}::varchar[]) as r
            on conflict do nothing
            returning 1
            """;
        await store.Query(import.Township, insert, r => 0, cancellation);
    }

    private async Task<Import> Load(string township, Guid id, CancellationToken cancellation)
    {
        FormattableString one = $"""
            select preset, addressed_to, person_id, role, unit_id, content from imports where tenant_id = {township} and id = {id}
            """;
        return (await store.Query(township, one, r => new Import(
            township, id, r.GetString(0), r.IsDBNull(1) ? null : r.GetGuid(1), r.GetGuid(2), r.GetString(3),
            r.IsDBNull(4) ? null : r.GetGuid(4), r.GetFieldValue<byte[]>(5)), cancellation))[0];
    }

    /// <summary>False: the claim ran out and another worker has it.</summary>
    private async Task<bool> Renew(Guid id, Guid claim, CancellationToken cancellation)
    {
        FormattableString renew = $"""
            update import_queue set claimed_until = {time.GetUtcNow() + ClaimFor}, attempts = 0 where id = {id} and claim = {claim} returning 1
            """;
        return await store.Query(NoTownship, renew, r => 0, cancellation) is [_];
    }

    private async Task Release(Guid id, Guid claim, DateTimeOffset until)
    {
        FormattableString release = $"update import_queue set claimed_until = {until} where id = {id} and claim = {claim} returning 1";
        await store.Query(NoTownship, release, r => 0, CancellationToken.None);
    }

    private async Task Finish(string township, Guid id, Guid claim, BrokenFile? broken, CancellationToken cancellation)
    {
        FormattableString finish = $"""
            with left_queue as (
                delete from import_queue where id = {id} and claim = {claim} returning id
            ), doomed as (
                insert into doomed_keys select tenant_id, id, {time.GetUtcNow()} from imports where id in (select id from left_queue)
            )
            update imports set state = {(broken is null ? "done" : "failed")}, content = null, finished_at = {time.GetUtcNow()},
                failure_code = {broken?.Code}, failure_line = {broken?.Line}, failure_detail = {broken?.Detail}
            where id in (select id from left_queue)
            returning 1
            """;
        await store.Query(township, finish, r => 0, cancellation);
    }

    private sealed record FreshRow(ImportRow Row, SourceItem Item, SealedItem Words, Guid Appeal, string Number);

    private sealed record RowAccount(ImportRow Row, string? SourceId, RowOutcome Outcome, Rejection? Rejection, KnownItem? Known)
    {
        public static RowAccount Of(ImportRow row, SourceItem item, KnownItem before)
        {
            var (outcome, because) = Import.Decide(item, before);
            return new(row, item.SourceId, outcome, because, before);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Cannot look for files to import; will try again.")]
    private partial void CannotClaim(Exception e);

    [LoggerMessage(LogLevel.Warning, "Import {Import} stopped; will go on from the last row accounted for.")]
    private partial void WillTryAgain(Exception e, Guid import);

    [LoggerMessage(LogLevel.Error, "Import {Import} is given up.")]
    private partial void GivenUp(Exception e, Guid import);
}
