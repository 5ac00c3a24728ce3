-- What a message or a request has already done here.
create table ls_inbox (
    tenant_id   varchar     not null,
    consumer    varchar     not null,
    message_id  uuid        not null,
    fingerprint varchar,
    stream_id   uuid,
    version     bigint,
    recorded_at timestamptz not null,
    constraint pkey_ls_inbox primary key (tenant_id, consumer, message_id)
);

-- For services' own tables that hold townships' rows: reads by township or whole county, writes by township alone. The reader,
-- who writes for async projections, sees all of them and writes only into the township that app.tenant names.
create function ls_township_table(name text) returns void
language plpgsql
as $$
declare
    app    text := quote_ident(current_database() || '_app');
    reader text := quote_ident(current_database() || '_reader');
    place  text := quote_ident(name);
    exact  constant text := 'tenant_id = (select current_setting(''app.tenant'', true))';
    county constant text := '(right((select current_setting(''app.tenant'', true)), 3) = ''000'''
                         || ' and left(tenant_id, 6) = left((select current_setting(''app.tenant'', true)), 6))';
begin
    execute format('alter table %s enable row level security', place);
    execute format('alter table %s force row level security', place);
    execute format('create policy township_reads on %s for select to %s using (%s or %s)', place, app, exact, county);
    execute format('create policy every_township_reads on %s for select to %s using (true)', place, reader);
    execute format('create policy township_inserts on %s for insert to %s, %s with check (%s)', place, app, reader, exact);
    execute format('create policy township_updates on %s for update to %s, %s using (%s) with check (%s)',
                   place, app, reader, exact, exact);
    execute format('create policy township_deletes on %s for delete to %s, %s using (%s)', place, app, reader, exact);
    perform ls_shared_table(name);
end
$$;

-- For services' own tables without a township: plain grants.
create function ls_shared_table(name text) returns void
language plpgsql
as $$
begin
    execute format('grant select, insert, update, delete on %I to %I, %I',
                   name, current_database() || '_app', current_database() || '_reader');
end
$$;

create function ls_take_transaction_id() returns trigger
language plpgsql
as $$
begin
    perform pg_current_xact_id();
    return null;
end
$$;

create function ls_refuse_change() returns trigger
language plpgsql
as $$
begin
    raise exception 'Events are never changed: % on % is refused.', tg_op, tg_table_name using errcode = 'LS001';
end
$$;

create trigger ls_transaction_id_first before insert on mt_events
    for each statement execute function ls_take_transaction_id();
create trigger ls_no_change before update or delete or truncate on mt_events
    for each statement execute function ls_refuse_change();
alter table mt_events enable always trigger ls_transaction_id_first;
alter table mt_events enable always trigger ls_no_change;

do $$
declare
    app     text := quote_ident(current_database() || '_app');
    reader  text := quote_ident(current_database() || '_reader');
    auditor text := quote_ident(current_database() || '_auditor');
    place   text;
begin
    perform ls_township_table('mt_streams');
    perform ls_township_table('mt_events');
    perform ls_township_table('ls_inbox');

    -- What the functions grant to any table is too much for these three.
    foreach place in array array['mt_streams', 'mt_events', 'ls_inbox'] loop
        execute format('revoke all on %s from %s, %s', place, app, reader);
        execute format('grant select on %s to %s, %s, %s', place, app, reader, auditor);
        execute format('grant insert on %s to %s', place, app);
        execute format('create policy every_township_audited on %s for select to %s using (true)', place, auditor);
    end loop;
    execute format('grant update (version, timestamp, is_archived) on mt_streams to %s', app);

    execute format('grant select on mt_event_progression, mt_high_water_skips to %s, %s, %s', app, reader, auditor);
    execute format('grant insert, update on mt_event_progression, mt_high_water_skips to %s', reader);
    execute format('grant usage on sequence mt_events_sequence to %s', app);
    execute format('grant select on ls_migrations to %s, %s, %s', app, reader, auditor);

    execute format('grant execute on function mt_quick_append_events, mt_archive_stream to %s', app);
    execute format('grant execute on function mt_mark_event_progression, mt_mark_progression_with_skip to %s', reader);

    -- Functions that services add later run with their caller's rights.
    execute format('alter default privileges grant execute on functions to %s, %s', app, reader);
end
$$;
