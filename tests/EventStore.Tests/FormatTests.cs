using static LiaisonStation.EventStore.Tests.Meters;

namespace LiaisonStation.EventStore.Tests;

/// <summary>The tables against what real Marten 9.29 made, column by column and key by key.</summary>
[Collection(nameof(Server))]
public sealed class FormatTests(Server server)
{
    private static readonly string[] Columns =
    [
        "mt_event_progression.name character varying not null",
        "mt_event_progression.last_seq_id bigint",
        "mt_event_progression.last_updated timestamp with time zone default transaction_timestamp()",
        "mt_events.seq_id bigint not null",
        "mt_events.id uuid not null",
        "mt_events.stream_id uuid",
        "mt_events.version bigint not null",
        "mt_events.data jsonb not null",
        "mt_events.bdata bytea",
        "mt_events.type character varying(500) not null",

        // Marten's default is the literal of its table's birth; ours is a right time. Both always write it.
        "mt_events.timestamp timestamp with time zone not null default now()",
        "mt_events.tenant_id character varying default '*DEFAULT*'::character varying",
        "mt_events.mt_dotnet_type character varying",
        "mt_events.correlation_id character varying",
        "mt_events.causation_id character varying",
        "mt_events.headers jsonb",
        "mt_events.is_archived boolean default false",
        "mt_high_water_skips.ending_sequence bigint not null",
        "mt_high_water_skips.starting_sequence bigint not null",
        "mt_high_water_skips.timestamp timestamp with time zone default transaction_timestamp()",
        "mt_streams.tenant_id character varying not null default '*DEFAULT*'::character varying",
        "mt_streams.id uuid not null",
        "mt_streams.type character varying",
        "mt_streams.version bigint",
        "mt_streams.timestamp timestamp with time zone not null default now()",
        "mt_streams.created timestamp with time zone not null default now()",
        "mt_streams.is_archived boolean default false",
    ];

    private static readonly string[] Keys =
    [
        "mt_event_progression pk_mt_event_progression PRIMARY KEY (name)",
        "mt_events fkey_mt_events_stream_id_tenant_id FOREIGN KEY (tenant_id, stream_id) REFERENCES mt_streams(tenant_id, id)",
        "mt_events pkey_mt_events_seq_id PRIMARY KEY (seq_id)",
        "mt_high_water_skips pkey_mt_high_water_skips_ending_sequence PRIMARY KEY (ending_sequence)",
        "mt_streams pkey_mt_streams_tenant_id_id PRIMARY KEY (tenant_id, id)",
    ];

    private static readonly string[] Indexes =
    [
        "CREATE UNIQUE INDEX pk_mt_event_progression ON public.mt_event_progression USING btree (name)",
        "CREATE UNIQUE INDEX pk_mt_events_stream_and_version ON public.mt_events USING btree (tenant_id, stream_id, version)",
        "CREATE UNIQUE INDEX pkey_mt_events_seq_id ON public.mt_events USING btree (seq_id)",
        "CREATE UNIQUE INDEX pkey_mt_high_water_skips_ending_sequence ON public.mt_high_water_skips USING btree (ending_sequence)",
        "CREATE UNIQUE INDEX pkey_mt_streams_tenant_id_id ON public.mt_streams USING btree (tenant_id, id)",
    ];

    [Fact]
    public async Task tables_keys_and_indexes_are_martens_and_no_column_is_ours()
    {
        await using var replica = await Replica.StartAsync(server);
        Assert.Equal(Columns, await replica.ScalarAsync<string[]>(
            $"""
            select array_agg(c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
                || case when a.attnotnull then ' not null' else '' end
                || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') order by c.relname, a.attnum)
              from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
              left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
             where c.relname like 'mt\_%' and c.relkind = 'r'
            """));
        Assert.Equal(Keys, await replica.ScalarAsync<string[]>(
            $"""
            select array_agg(conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
                             order by conrelid::regclass::text, conname)
              from pg_constraint where conrelid::regclass::text like 'mt\_%'
            """));
        Assert.Equal(Indexes, await replica.ScalarAsync<string[]>(
            $"select array_agg(indexdef order by tablename, indexname) from pg_indexes where tablename like 'mt\\_%'"));
        Assert.Equal("bigint 1 mt_events.seq_id", await replica.ScalarAsync<string>(
            $"""
            select s.data_type || ' ' || s.cache_size || ' ' || (d.refobjid::regclass)::text || '.' || a.attname
              from pg_sequences s join pg_depend d on d.objid = 'mt_events_sequence'::regclass and d.deptype = 'a'
              join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
             where s.sequencename = 'mt_events_sequence'
            """));
    }

    [Fact]
    public async Task functions_have_martens_names_and_arguments()
    {
        await using var replica = await Replica.StartAsync(server);
        Assert.Equal(
            [
                "mt_archive_stream(streamid uuid, tenantid character varying) void",
                "mt_mark_event_progression(name character varying, last_encountered bigint) void",
                "mt_mark_progression_with_skip(shard_name character varying, ending_sequence bigint, starting_sequence bigint) bigint",
                "mt_quick_append_events(stream uuid, stream_type character varying, tenantid character varying, event_ids uuid[], event_types character varying[], dotnet_types character varying[], bodies jsonb[], bdatas bytea[], causation_ids character varying[], correlation_ids character varying[], headers jsonb[], timestamps timestamp with time zone[], expected_version bigint DEFAULT NULL::bigint) bigint[]",
            ],
            await replica.ScalarAsync<string[]>(
                $"""
                select array_agg(proname || '(' || pg_get_function_arguments(oid) || ') ' || pg_get_function_result(oid) order by proname)
                  from pg_proc where proname like 'mt\_%'
                """));
    }

    [Fact]
    public async Task the_guards_stand_on_events_streams_and_inbox()
    {
        await using var replica = await Replica.StartAsync(server);
        Assert.Equal(3, await replica.ScalarAsync<long>(
            $"""
            select count(*) from pg_class
             where relname in ('mt_events', 'mt_streams', 'ls_inbox') and relrowsecurity and relforcerowsecurity
            """));
        Assert.Equal(["ls_no_change A", "ls_transaction_id_first A"], await replica.ScalarAsync<string[]>(
            $"""
            select array_agg(tgname || ' ' || tgenabled::text order by tgname) from pg_trigger
             where tgrelid = 'mt_events'::regclass and not tgisinternal
            """));
        Assert.False(await replica.ScalarAsync<bool>(
            $"""
            select coalesce(bool_or(a.grantee = 0), false)
              from pg_class c, aclexplode(c.relacl) a where c.relnamespace = 'public'::regnamespace
            """));
        Assert.Equal(0, await replica.ScalarAsync<long>(
            $"""
            select count(*) from pg_proc p left join lateral aclexplode(p.proacl) a on true
             where p.pronamespace = 'public'::regnamespace and (p.proacl is null or a.grantee = 0)
            """));
    }

    [Fact]
    public async Task rows_hold_what_marten_would_write()
    {
        await using var replica = await Replica.StartAsync(server);
        var meter = await replica.InstalledAsync();
        var row = await replica.RowAsync(
            $"""
            select s.type, e.type, e.mt_dotnet_type, e.data::text, (e.headers - 'hash')::text, e.bdata is null, e.correlation_id, e.causation_id,
                   e.timestamp, s.created, s.timestamp
              from mt_events e join mt_streams s on s.id = e.stream_id
            """,
            r => (r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetBoolean(5), r.GetString(6),
                r.GetString(7), r.GetDateTime(8) == r.GetDateTime(9) && r.GetDateTime(8) == r.GetDateTime(10)));
        Assert.Equal(
            ("meter", "meter_installed", "LiaisonStation.EventStore.Tests.MeterInstalled, LiaisonStation.EventStore.Tests",
                """{"phase": "ThreePhase", "place": "石浦镇"}""", """{"role": "Deputy", "actor": "person-1"}""", true,
                meter.ToString(), "cause-1", true),
            row);
    }
}
