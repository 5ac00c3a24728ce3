create table worklist (
    tenant_id varchar not null,
    stream_id uuid not null,
    act varchar not null,
    case_id uuid not null,
    case_number varchar not null,
    round int not null,
    roles text[] not null,
    person_id uuid,
    group_id uuid,
    unit_id uuid,
    except_ids uuid[] not null,
    due_at timestamptz,
    since timestamptz not null,
    primary key (tenant_id, stream_id)
);
create index worklist_since on worklist (tenant_id, since, stream_id);
select ls_township_table('worklist');

-- What waits for one caller; the township is settled by row-level security.
create function worklist_of(caller uuid, held text[], groups uuid[], unit uuid) returns setof worklist
language sql stable as $$
    select * from worklist
    where roles && held and (person_id is null or person_id = caller) and (group_id is null or group_id = any(groups))
      and (unit_id is null or unit_id = unit) and not (caller = any(except_ids))
$$;
