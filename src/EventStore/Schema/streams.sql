-- Marten 9's tables: Guid streams, conjoined tenancy, all metadata. Nothing of ours stands in them.
create table mt_streams (
    tenant_id   varchar     not null default '*DEFAULT*',
    id          uuid        not null,
    type        varchar,
    version     bigint,
    timestamp   timestamptz not null default now(),
    created     timestamptz not null default now(),
    is_archived boolean     default false,
    constraint pkey_mt_streams_tenant_id_id primary key (tenant_id, id)
);

create sequence mt_events_sequence as bigint cache 1;

-- Marten's own default of timestamp is the literal of the moment it made the table; a right time is the one departure here.
create table mt_events (
    seq_id         bigint       not null,
    id             uuid         not null,
    stream_id      uuid,
    version        bigint       not null,
    data           jsonb        not null,
    bdata          bytea,
    type           varchar(500) not null,
    timestamp      timestamptz  not null default now(),
    tenant_id      varchar      default '*DEFAULT*',
    mt_dotnet_type varchar,
    correlation_id varchar,
    causation_id   varchar,
    headers        jsonb,
    is_archived    boolean      default false,
    constraint pkey_mt_events_seq_id primary key (seq_id),
    constraint fkey_mt_events_stream_id_tenant_id foreign key (tenant_id, stream_id) references mt_streams (tenant_id, id)
);

create unique index pk_mt_events_stream_and_version on mt_events (tenant_id, stream_id, version);

alter sequence mt_events_sequence owned by mt_events.seq_id;

create table mt_event_progression (
    name         varchar not null,
    last_seq_id  bigint,
    last_updated timestamptz default transaction_timestamp(),
    constraint pk_mt_event_progression primary key (name)
);

create table mt_high_water_skips (
    ending_sequence   bigint not null,
    starting_sequence bigint not null,
    timestamp         timestamptz default transaction_timestamp(),
    constraint pkey_mt_high_water_skips_ending_sequence primary key (ending_sequence)
);

-- Takes its transaction id before any number is drawn: the gap-safe reader rests on that order.
create function mt_quick_append_events(
    stream uuid, stream_type varchar, tenantid varchar, event_ids uuid[], event_types varchar[], dotnet_types varchar[],
    bodies jsonb[], bdatas bytea[], causation_ids varchar[], correlation_ids varchar[], headers jsonb[],
    timestamps timestamptz[], expected_version bigint default null)
returns bigint[]
language plpgsql
as $$
declare
    added          int := coalesce(cardinality(event_ids), 0);
    final_version  bigint;
    stored_version bigint;
    archived       boolean;
    numbers        bigint[];
begin
    perform pg_current_xact_id();

    if added > 0 and expected_version > 0 then
        update mt_streams s
           set version = s.version + added, timestamp = coalesce(timestamps[added], transaction_timestamp())
         where s.tenant_id = tenantid and s.id = stream and s.version = expected_version and not s.is_archived
        returning s.version into final_version;
    elsif added > 0 then
        insert into mt_streams as s (tenant_id, id, type, version, timestamp, created)
        values (tenantid, stream, stream_type, added,
                coalesce(timestamps[added], transaction_timestamp()), coalesce(timestamps[1], transaction_timestamp()))
        on conflict on constraint pkey_mt_streams_tenant_id_id do update
           set version = s.version + added, timestamp = excluded.timestamp
         where (expected_version is null or s.version = expected_version) and not s.is_archived
        returning s.version into final_version;
    end if;

    if final_version is null then
        select s.version, s.is_archived into stored_version, archived
          from mt_streams s where s.tenant_id = tenantid and s.id = stream;
        if added > 0 and archived and stored_version = coalesce(expected_version, stored_version) then
            raise exception 'Stream % is archived.', stream using errcode = 'MT001';
        end if;
        if added > 0 or coalesce(stored_version, 0) <> expected_version then
            raise exception 'Stream % is at version %, expected %.', stream, coalesce(stored_version, 0), expected_version
                using errcode = 'MT003';
        end if;
        return array[coalesce(stored_version, 0)];
    end if;

    with written as (
        insert into mt_events (
            seq_id, id, stream_id, version, data, bdata, type, timestamp, tenant_id, mt_dotnet_type, correlation_id,
            causation_id, headers, is_archived)
        select nextval('mt_events_sequence'), e.id, stream, final_version - added + e.place, e.body, e.binary_body, e.type,
               coalesce(e.at, transaction_timestamp()), tenantid, e.dotnet_type, e.correlation, e.causation, e.header, false
          from unnest(event_ids, event_types, dotnet_types, bodies, bdatas, causation_ids, correlation_ids, headers, timestamps)
               with ordinality as e (id, type, dotnet_type, body, binary_body, causation, correlation, header, at, place)
        returning seq_id, version)
    select array_agg(w.seq_id order by w.version) into numbers from written w;

    return final_version || numbers;
end
$$;

-- Archives by the stream's row alone; events are never updated.
create function mt_archive_stream(streamid uuid, tenantid varchar) returns void
language sql
as $$
    update mt_streams set is_archived = true where id = streamid and tenant_id = tenantid;
$$;

create function mt_mark_event_progression(name varchar, last_encountered bigint) returns void
language sql
as $$
    insert into mt_event_progression as p (name, last_seq_id, last_updated)
    values ($1, $2, transaction_timestamp())
    on conflict on constraint pk_mt_event_progression
    do update set last_seq_id = excluded.last_seq_id, last_updated = excluded.last_updated;
$$;

create function mt_mark_progression_with_skip(shard_name varchar, ending_sequence bigint, starting_sequence bigint)
returns bigint
language plpgsql
as $$
declare
    reached bigint;
begin
    select p.last_seq_id into reached from mt_event_progression p where p.name = shard_name for update;
    if reached is not null and reached <> starting_sequence then
        return reached;
    end if;

    perform mt_mark_event_progression(shard_name, ending_sequence);
    insert into mt_high_water_skips as s (ending_sequence, starting_sequence) values ($2, $3)
    on conflict on constraint pkey_mt_high_water_skips_ending_sequence do nothing;
    return ending_sequence;
end
$$;
