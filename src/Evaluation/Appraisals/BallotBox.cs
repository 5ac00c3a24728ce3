using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LiaisonStation.EventStore;
using LiaisonStation.ServiceDefaults;
using Npgsql;

namespace LiaisonStation.Evaluation.Appraisals;

/// <summary>
/// The secret ballot of an appraisal: how many chose what for each department, in one row, sealed under a key that is not in the
/// database; who has voted stands apart. No choice is ever written by itself.
/// </summary>
/// <remarks>What is protected against whom, and what is not: docs/adr/0025-evaluation.md.</remarks>
public sealed class BallotBox(StoreDatabase database, Vault vault)
{
    private const int Nonce = 12;
    private const int Tag = 16;
    private static readonly int Kinds = Enum.GetValues<Verdict>().Length;

    /// <summary>The statement that sets up an empty box; it belongs in the convening's own transaction.</summary>
    public FormattableString Empty(string township, Guid appraisal, int departments)
    {
        var counts = Seal(township, appraisal, new int[departments * Kinds]);
        return $"insert into ballot_boxes (tenant_id, appraisal_id, counts) values ({township}, {appraisal}, {counts})";
    }

    /// <summary>Counts a deputy's choices and that they have voted, both or neither.</summary>
    /// <param name="choices">Of departments by their place in the appraisal.</param>
    /// <returns>Null: it counts.</returns>
    public async Task<Refusal?> Cast(
        string township, Guid appraisal, Guid deputy, IReadOnlyList<(int Department, Verdict Choice)> choices, CancellationToken cancellation)
    {
        await using var connection = await database.App.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var (counts, closed) = await Hold(connection, transaction, township, appraisal, cancellation);
        if (closed)
        {
            return Refuse.State("ballot-closed");
        }

        foreach (var (department, choice) in choices)
        {
            counts[(department * Kinds) + (int)choice]++;
        }

        try
        {
            var kept = Seal(township, appraisal, counts);
            await using var batch = new NpgsqlBatch(connection, transaction);
            batch.Add($"insert into ballot_voters (tenant_id, appraisal_id, deputy) values ({township}, {appraisal}, {deputy})");
            batch.Add($"update ballot_boxes set counts = {kept} where tenant_id = {township} and appraisal_id = {appraisal}");
            await batch.ExecuteNonQueryAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            return null;
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Refuse.State("already-voted");
        }
    }

    /// <summary>From here on nothing is counted any more. May be done again: the counts stay the same.</summary>
    /// <returns>What was chosen, department by department, and how many voted.</returns>
    public async Task<(IReadOnlyList<Choices> Choices, int Voted)> Close(string township, Guid appraisal, CancellationToken cancellation)
    {
        await using var connection = await database.App.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var (counts, _) = await Hold(connection, transaction, township, appraisal, cancellation);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.Add($"update ballot_boxes set closed = true where tenant_id = {township} and appraisal_id = {appraisal}");
        batch.Add($"select count(*)::int from ballot_voters where tenant_id = {township} and appraisal_id = {appraisal}");
        var voted = (int)(await batch.ExecuteScalarAsync(cancellation))!;
        await transaction.CommitAsync(cancellation);
        return ([.. counts.Chunk(Kinds).Select(c => new Choices(
            c[(int)Verdict.Satisfied], c[(int)Verdict.BasicallySatisfied], c[(int)Verdict.Unsatisfied]))], voted);
    }

    /// <summary>The statement that throws a box away; it belongs in the transaction that stores what came of it.</summary>
    public static FormattableString Discard(string township, Guid appraisal) =>
        $"delete from ballot_boxes where tenant_id = {township} and appraisal_id = {appraisal}";

    // One at a time: whoever comes meanwhile waits, and finds the counts as they are then.
    private async Task<(int[] Counts, bool Closed)> Hold(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string township, Guid appraisal, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.Add($"select set_config('app.tenant', {township}, true)");
        batch.Add($"select counts, closed from ballot_boxes where tenant_id = {township} and appraisal_id = {appraisal} for update");
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? (Open(township, appraisal, reader.GetFieldValue<byte[]>(0)), reader.GetBoolean(1))
            : ([], true);
    }

    // Always as long, whatever the counts.
    private byte[] Seal(string township, Guid appraisal, int[] counts)
    {
        var plain = new byte[counts.Length * sizeof(int)];
        for (var i = 0; i < counts.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(plain.AsSpan(i * sizeof(int)), counts[i]);
        }

        var closed = new byte[Nonce + Tag + plain.Length];
        RandomNumberGenerator.Fill(closed.AsSpan(0, Nonce));
        using var aes = new AesGcm(Key(township, appraisal), Tag);
        aes.Encrypt(closed.AsSpan(0, Nonce), plain, closed.AsSpan(Nonce + Tag), closed.AsSpan(Nonce, Tag));
        return closed;
    }

    private int[] Open(string township, Guid appraisal, byte[] closed)
    {
        var plain = new byte[closed.Length - Nonce - Tag];
        using var aes = new AesGcm(Key(township, appraisal), Tag);
        aes.Decrypt(closed.AsSpan(0, Nonce), closed.AsSpan(Nonce + Tag), closed.AsSpan(Nonce, Tag), plain);
        return [.. Enumerable.Range(0, plain.Length / sizeof(int)).Select(i => BinaryPrimitives.ReadInt32BigEndian(plain.AsSpan(i * sizeof(int))))];
    }

    // The key for fingerprints comes from outside the databases and never changes; no request's fingerprint begins like this.
    private byte[] Key(string township, Guid appraisal)
    {
        using var hash = vault.Fingerprint();
        hash.AppendData(Encoding.UTF8.GetBytes($"ballot box {township}/{appraisal}\n"));
        return hash.GetHashAndReset();
    }
}
