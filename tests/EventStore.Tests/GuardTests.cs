using Npgsql;
using static LiaisonStation.EventStore.Tests.Meters;

namespace LiaisonStation.EventStore.Tests;

[Collection(nameof(Server))]
public sealed class GuardTests(Server server)
{
    [Fact]
    public async Task a_township_sees_its_own_rows_a_county_those_of_its_townships_and_nobody_anothers()
    {
        await using var replica = await Replica.StartAsync(server);
        var own = await replica.InstalledAsync(Township);
        var neighbours = await replica.InstalledAsync(Neighbour);
        var counties = await replica.InstalledAsync(County);
        var elsewhere = await replica.InstalledAsync(Elsewhere);

        Assert.Equal([own], await VisibleAsync(replica, Township));
        Assert.Equal(new[] { own, neighbours, counties }.Order(), await VisibleAsync(replica, County));
        Assert.Equal([elsewhere], await VisibleAsync(replica, Elsewhere));
        Assert.Equal([elsewhere], await VisibleAsync(replica, "330226000"));
        Assert.Empty(await VisibleAsync(replica, "330227000"));
        Assert.Empty(await VisibleAsync(replica, ""));

        Assert.Null(await replica.Store.Load(Meter, own, Neighbour));
        Assert.Null(await replica.Store.Load(Meter, elsewhere, County));
        Assert.Equal(1, (await replica.Store.Load(Meter, own, County))!.Version);
        Assert.Equal(1, (await replica.Store.Load(Meter, counties, County))!.Version);
        Assert.Single(await replica.Store.Read(neighbours, County));
        Assert.Single(await replica.Store.Read(elsewhere, "330226000"));
    }

    [Fact]
    public async Task a_write_goes_into_the_township_named_and_no_other_not_even_from_the_county()
    {
        await using var replica = await Replica.StartAsync(server);
        var own = await replica.InstalledAsync(Township);
        foreach (var tenant in new[] { Neighbour, County })
        {
            Task Into(FormattableString sql) => replica.Store.Once(Cause(tenant, Key()), b => b.Add(sql));
            foreach (var sql in new FormattableString[]
            {
                $"insert into mt_streams (tenant_id, id, version) values ({Township}, gen_random_uuid(), 0)",
                $"insert into ls_inbox (tenant_id, consumer, message_id, recorded_at) values ({Township}, 'x', gen_random_uuid(), now())",
                $"insert into latest (tenant_id, meter, sum, version) values ({Township}, gen_random_uuid(), 0, 0)",
                $"insert into mt_events (seq_id, id, stream_id, version, data, type, tenant_id) values (0, gen_random_uuid(), {own}, 9, '1', 'x', {Township})",
            })
            {
                var refused = await Assert.ThrowsAsync<PostgresException>(() => Into(sql));
                Assert.Equal("42501", refused.SqlState);
            }

            await Into($"update latest set sum = 99");
            await Into($"delete from latest");
            await Into($"update mt_streams set version = 99");
            Assert.Equal(OutcomeKind.Refused, (await replica.Store.Write(Meter, own, Cause(tenant), Read(1))).Kind);
        }

        Assert.Equal(0, await replica.ScalarAsync<int>($"select sum from latest"));
        Assert.Equal(1, await replica.ScalarAsync<long>($"select version from mt_streams"));
    }

    [Fact]
    public async Task no_township_stays_set_on_a_session_that_goes_back_to_the_pool()
    {
        await using var replica = await Replica.StartAsync(server);
        await replica.InstalledAsync();
        await VisibleAsync(replica, County);
        for (var i = 0; i < 3; i++)
        {
            await using var connection = await replica.Database.App.OpenConnectionAsync();
            Assert.Equal("", await connection.Scalar<string>($"select coalesce(current_setting('app.tenant', true), '')", default));
            Assert.Equal(0, await connection.Scalar<long>($"select count(*) from mt_events", default));
        }
    }

    [Theory]
    [InlineData("update mt_events set data = '{}'")]
    [InlineData("delete from mt_events")]
    [InlineData("truncate mt_events")]
    [InlineData("truncate mt_streams cascade")]
    public async Task events_are_never_changed_not_even_by_their_owner_or_the_superuser(string change)
    {
        await using var replica = await Replica.StartAsync(server);
        await replica.InstalledAsync();
        await using var superuser = await replica.SuperuserAsync();
        foreach (var disguise in new[]
        {
            "reset role",
            "set session_replication_role = replica",
            $"reset session_replication_role; set role \"{superuser.Database}_owner\"",
        })
        {
            await superuser.Run(disguise, default);
            var refused = await Assert.ThrowsAsync<PostgresException>(() => superuser.Run(change, default));
            Assert.Equal("LS001", refused.SqlState);
        }

        foreach (var source in new[] { replica.Database.App, replica.Database.Reader })
        {
            await using var connection = await source.OpenConnectionAsync();
            var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.Run(change, default));
            Assert.Equal("42501", refused.SqlState);
        }
    }

    [Fact]
    public async Task the_inbox_is_never_pruned_and_the_reader_writes_no_events()
    {
        await using var replica = await Replica.StartAsync(server);
        await replica.InstalledAsync();
        await using var app = await replica.Database.App.OpenConnectionAsync();
        await using var reader = await replica.Database.Reader.OpenConnectionAsync();
        foreach (var (session, sql) in new[]
        {
            (app, "delete from ls_inbox"), (app, "update ls_inbox set version = 1"), (app, "truncate ls_inbox"),
            (app, "delete from mt_streams"), (app, "update mt_streams set type = 'x'"),
            (reader, "insert into mt_events (seq_id, id, version, data, type) values (9, gen_random_uuid(), 1, '1', 'x')"),
            (reader, "select nextval('mt_events_sequence')"), (reader, "update mt_streams set version = 9"),
        })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => session.Run(sql, default));
            Assert.Equal("42501", refused.SqlState);
        }
    }

    [Fact]
    public async Task handed_a_superuser_it_works_as_app_and_reader()
    {
        await using var replica = await Replica.StartAsync(server);
        Assert.True(await replica.Get<StoreHealth>().CheckAsync() is { Ready: true, Reason: null, StoppedRebuilds.Count: 0 });
        foreach (var (source, role) in new[] { (replica.Database.App, "app"), (replica.Database.Reader, "reader") })
        {
            await using var connection = await source.OpenConnectionAsync();
            Assert.Equal(
                $"{connection.Database}_{role}",
                await connection.Scalar<string>($"select session_user::text from pg_roles where rolname = current_user", default));
            Assert.Equal(
                "10s", await connection.Scalar<string>($"select current_setting('idle_in_transaction_session_timeout')", default));
        }
    }

    [Theory]
    [InlineData("alter role {0}_app superuser", "is superuser")]
    [InlineData("alter role {0}_reader superuser", "is superuser")]
    [InlineData("alter role {0}_app bypassrls", "bypasses row-level security")]
    [InlineData("alter table mt_events owner to {0}_app", "owns the table mt_events")]
    [InlineData("alter table latest owner to {0}_reader", "owns the table latest")]
    [InlineData("grant {0}_owner to {0}_app", "owns the table")]
    public async Task it_is_not_ready_while_a_session_could_see_or_do_more_than_it_may(string change, string reason)
    {
        await using var replica = await Replica.StartAsync(server);
        await using var superuser = await replica.SuperuserAsync();
        await superuser.Run(string.Format(null, change, superuser.Database), default);
        var health = await replica.Get<StoreHealth>().CheckAsync();
        Assert.False(health.Ready);
        Assert.StartsWith("postgres: ", health.Reason, StringComparison.Ordinal);
        Assert.Contains(reason, health.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mt_events")]
    [InlineData("mt_streams")]
    [InlineData("ls_hash_leaf")]
    [InlineData("ls_inbox")]
    [InlineData("ls_migrations")]
    public async Task no_role_that_signs_in_changes_removes_or_empties(string table)
    {
        await using var replica = await Replica.StartAsync(server);
        await replica.InstalledAsync();
        await SealingTests.SealedAsync(replica, 1);
        var column = table switch { "ls_hash_leaf" => "seq_id", "ls_migrations" => "name", _ => "tenant_id" };
        foreach (var role in new[] { "app", "reader", "auditor" })
        {
            await using var session = await SignInAsync(replica, role);
            await session.Run("set default_transaction_read_only = off", default);
            foreach (var change in new[] { $"update {table} set {column} = {column}", $"delete from {table}", $"truncate {table} cascade" })
            {
                Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => session.Run(change, default))).SqlState);
            }
        }
    }

    [Theory]
    [InlineData("set role \"{0}_owner\"")]
    [InlineData("set role postgres")]
    [InlineData("set session authorization postgres")]
    [InlineData("set session_replication_role = replica")]
    [InlineData("alter table mt_events disable trigger all")]
    [InlineData("alter table mt_events disable row level security")]
    [InlineData("alter role \"{0}_app\" bypassrls")]
    [InlineData("create policy mine on mt_events using (true)")]
    [InlineData("create table mine (id int)")]
    [InlineData("create or replace function ls_refuse_change() returns trigger language plpgsql as 'begin return null; end'")]
    [InlineData("drop table mt_events")]
    [InlineData("copy mt_events to program 'cat'")]
    public async Task no_role_that_signs_in_lifts_its_own_limits(string attempt)
    {
        await using var replica = await Replica.StartAsync(server);
        foreach (var role in new[] { "app", "reader", "auditor" })
        {
            await using var session = await SignInAsync(replica, role);
            await session.Run("set default_transaction_read_only = off", default);
            var refused = await Assert.ThrowsAsync<PostgresException>(
                () => session.Run(attempt.Replace("{0}", session.Database, StringComparison.Ordinal), default));
            Assert.Equal("42501", refused.SqlState);
        }
    }

    [Fact]
    public async Task without_a_township_the_app_role_sees_and_writes_nothing_and_cannot_switch_that_off()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = await replica.InstalledAsync();
        await using var app = await SignInAsync(replica, "app");
        Assert.Equal(0, await app.Scalar<long>($"select count(*) from mt_events", default));
        Assert.Equal(0, await app.Scalar<long>($"select count(*) from mt_streams", default));
        foreach (var attempt in new[]
        {
            $"insert into mt_streams (tenant_id, id, version) values ('{Township}', gen_random_uuid(), 1)",
            $"insert into mt_events (seq_id, id, stream_id, version, data, type, tenant_id) values (9, gen_random_uuid(), '{meter}', 2, '1', 'x', '{Township}')",
            $"select mt_quick_append_events('{meter}', 'meter', '{Township}', array[gen_random_uuid()], array['x']::varchar[], array['x']::varchar[], array['1']::jsonb[], array[null]::bytea[], array['']::varchar[], array['']::varchar[], array['null']::jsonb[], array[now()])",
            "set row_security = off; select count(*) from mt_events",
        })
        {
            Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => app.Run(attempt, default))).SqlState);
        }
    }

    [Fact]
    public async Task the_auditor_sees_every_township_and_writes_nothing_and_the_owner_cannot_sign_in()
    {
        await using var replica = await Replica.StartAsync(server);
        await replica.InstalledAsync(Township);
        await replica.InstalledAsync(Elsewhere);
        await using var auditor = await SignInAsync(replica, "auditor");
        Assert.Equal(2, await auditor.Scalar<long>($"select count(*) from mt_events", default));
        Assert.Equal(
            "25006", (await Assert.ThrowsAsync<PostgresException>(() => auditor.Run("create temporary table mine (id int)", default))).SqlState);
        await auditor.Run("set default_transaction_read_only = off", default);
        foreach (var attempt in new[]
        {
            "insert into ls_hash_leaf values (9, 9, '')", "select nextval('mt_events_sequence')",
            "insert into mt_events (seq_id, id, version, data, type) values (9, gen_random_uuid(), 1, '1', 'x')",
            "select mt_mark_event_progression('mine', 4)", "select mt_archive_stream(gen_random_uuid(), 'x')",
        })
        {
            Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => auditor.Run(attempt, default))).SqlState);
        }

        await Assert.ThrowsAsync<PostgresException>(() => SignInAsync(replica, "owner"));
    }

    [Fact]
    public async Task handed_a_role_beyond_row_level_security_it_does_not_open()
    {
        await using var before = await Replica.StartAsync(server);
        var given = new NpgsqlConnectionStringBuilder(before.SuperuserString) { Username = $"x{Guid.NewGuid():N}", Password = "x" };
        await before.RunAsync(
            $"create role {given.Username} login bypassrls password 'x'; grant connect on database {given.Database} to {given.Username}");
        await using var handed = await Replica.StartAsync(given.ConnectionString, Module());
        var health = await handed.Get<StoreHealth>().CheckAsync();
        Assert.False(health.Ready);
        Assert.Contains("may not create roles and is not", health.Reason, StringComparison.Ordinal);
    }

    private static async Task<NpgsqlConnection> SignInAsync(Replica replica, string role)
    {
        var superuser = new NpgsqlConnectionStringBuilder(replica.SuperuserString);
        var name = $"{superuser.Database}_{role}";
        var session = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(superuser.ConnectionString)
        {
            Username = name,
            Password = StoreRoles.Password(superuser.Password!, name),
            Pooling = false,
        }.ConnectionString);
        await session.OpenAsync();
        return session;
    }

    private static Task<IReadOnlyList<Guid>> VisibleAsync(Replica replica, string tenant) => replica.Store.Query(
        tenant,
        $"select s.id from mt_streams s join mt_events e on e.stream_id = s.id join latest l on l.meter = s.id order by s.id::text",
        r => r.GetGuid(0));
}
