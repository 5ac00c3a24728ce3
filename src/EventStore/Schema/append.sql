-- The same promises as in streams.sql, at less cost for what is written most: a new stream, and one event at a time. An insert that
-- may turn into an update is checked against every policy of row-level security, so a stream that must be new is only inserted.
-- The stream's row gives the transaction its id before any number is drawn, and so does the trigger on mt_events.
create or replace function mt_quick_append_events(
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
    number         bigint;
begin
    if added > 0 and expected_version > 0 then
        update mt_streams s
           set version = s.version + added, timestamp = coalesce(timestamps[added], transaction_timestamp())
         where s.tenant_id = tenantid and s.id = stream and s.version = expected_version and not s.is_archived
        returning s.version into final_version;
    elsif added > 0 and expected_version = 0 then
        insert into mt_streams (tenant_id, id, type, version, timestamp, created)
        values (tenantid, stream, stream_type, added,
                coalesce(timestamps[added], transaction_timestamp()), coalesce(timestamps[1], transaction_timestamp()))
        on conflict do nothing;
        if found then
            final_version := added;
        end if;
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

    if added = 1 then
        insert into mt_events (
            seq_id, id, stream_id, version, data, bdata, type, timestamp, tenant_id, mt_dotnet_type, correlation_id,
            causation_id, headers, is_archived)
        values (
            nextval('mt_events_sequence'), event_ids[1], stream, final_version, bodies[1], bdatas[1], event_types[1],
            coalesce(timestamps[1], transaction_timestamp()), tenantid, dotnet_types[1], correlation_ids[1], causation_ids[1],
            headers[1], false)
        returning seq_id into number;
        return array[final_version, number];
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
