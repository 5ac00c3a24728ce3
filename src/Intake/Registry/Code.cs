using System.Security.Cryptography;
using LiaisonStation.EventStore;

namespace LiaisonStation.Intake.Registry;

public enum CodePurpose
{
    /// <summary>代表码: addresses a deputy.</summary>
    Deputy,

    /// <summary>联络站码: addresses a station.</summary>
    Station,

    /// <summary>代表履职码: shows that a deputy was there.</summary>
    Duty,
}

public interface ICodeEvent;

/// <summary>A code was issued; one issued before for the same purpose is dead.</summary>
/// <param name="Subject">Registry id of the deputy, or of the station's unit.</param>
/// <param name="Token">Random, with the township before it.</param>
public sealed record CodeIssued(Guid Subject, CodePurpose Purpose, string Token, string DocumentNumber) : ICodeEvent;

/// <summary>The one living code of a subject and a purpose.</summary>
public sealed record Code(Guid Subject, CodePurpose Purpose, string Token, string DocumentNumber)
{
    public static StreamType<Code, ICodeEvent> Stream { get; } = new("code", Evolve);

    public static Code Evolve(Code? code, ICodeEvent e) => e switch
    {
        CodeIssued r => new(r.Subject, r.Purpose, r.Token, r.DocumentNumber),
        _ => throw new InvalidOperationException($"{e.GetType().Name} is no event of a code."),
    };

    public static Guid IdOf(Guid subject, CodePurpose purpose) => Uuid.Derive(subject, $"code/{purpose}");

    /// <summary>128 random bits; the township before them says where to look.</summary>
    public static string NewToken(string township) => $"{township}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";
}

public static class Codes
{
    public static StreamTable Table { get; } = new StreamTable("codes", "id").Of(
        Code.Stream, (code, _) => [("subject", code.Subject), ("purpose", code.Purpose.ToString()), ("token", code.Token)]);

    /// <summary>The living code of a token whose subject is active; null where there is none.</summary>
    public static async Task<KnownCode?> Find(StreamStore store, string township, string token, CancellationToken cancellation) =>
        (await store.Query(
            township,
            $"""
            select c.purpose, c.subject, coalesce(n.name, u.name)
              from codes c
              left join people p on p.tenant_id = c.tenant_id and p.id = c.subject and p.active and 'Deputy' = any(p.roles)
              left join person_names n on n.tenant_id = p.tenant_id and n.person_id = p.id
              left join units u on u.tenant_id = c.tenant_id and u.id = c.subject and u.active and u.kind = 'Station'
             where c.tenant_id = {township} and c.token = {token} and coalesce(p.id, u.id) is not null
            """,
            row => new KnownCode(Enum.Parse<CodePurpose>(row.GetString(0)), row.GetGuid(1), row.IsDBNull(2) ? "" : row.GetString(2)),
            cancellation)).SingleOrDefault();
}

/// <param name="Name">As it stands on the door: deputies and stations are public.</param>
public sealed record KnownCode(CodePurpose Purpose, Guid Subject, string Name);
