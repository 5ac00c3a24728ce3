namespace LiaisonStation.EventStore.Model.Tests;

/// <summary>
/// A part of the store put out of work in a trial's own database, so that the product holds no switch for it; or left out of its host.
/// </summary>
/// <param name="Sql">Run by the superuser; {database} stands for the database's name.</param>
internal sealed record Sabotage(string? Sql, bool Relay = true)
{
    /// <summary>Nothing is remembered.</summary>
    public static Sabotage InboxOff { get; } = new(
        """
        create function forget() returns trigger language plpgsql as 'begin return null; end';
        create trigger forget before insert on ls_inbox for each row execute function forget();
        """);

    /// <summary>Every gap looks to the reader as if nobody could fill it any more.</summary>
    public static Sabotage NoGapRule { get; } = new(
        """
        create schema sabotage;
        create function sabotage.pg_snapshot_xmin(pg_snapshot) returns xid8 language sql
        as $$ select '18446744073709551615'::xid8 $$;
        grant usage on schema sabotage to public;
        alter role "{database}_reader" set search_path = sabotage, pg_catalog, public;
        """);

    /// <summary>Events come without their hashes.</summary>
    public static Sabotage ChainOff { get; } = new(
        """
        create function unchain() returns trigger language plpgsql
        as $$ begin new.headers := new.headers - 'hash'; return new; end $$;
        create trigger unchain before insert on mt_events for each row execute function unchain();
        """);

    public static Sabotage RelayOff { get; } = new(null, Relay: false);
}
