-- As before, but bound to the table by name alone: a rebuild puts another one in its place.
drop function worklist_of(uuid, text[], uuid[], uuid);
create function worklist_of(caller uuid, held text[], groups uuid[], unit uuid)
returns table (
    tenant_id varchar, stream_id uuid, act varchar, case_id uuid, case_number varchar, round int, due_at timestamptz, since timestamptz)
language sql stable as $$
    select w.tenant_id, w.stream_id, w.act, w.case_id, w.case_number, w.round, w.due_at, w.since from worklist w
    where w.roles && held and (w.person_id is null or w.person_id = caller) and (w.group_id is null or w.group_id = any(groups))
      and (w.unit_id is null or w.unit_id = unit) and not (caller = any(w.except_ids))
$$;
