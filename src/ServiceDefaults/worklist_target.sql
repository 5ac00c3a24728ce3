-- What is only aimed at is never red.
alter table worklist add column is_target boolean not null default false;

drop function worklist_of(uuid, text[], uuid[], uuid);

-- What waits for one caller: by person, group and unit, and by the roles that rows of the township or county are for, found by skipping
-- from one to the next. Bound to the table by name alone: a rebuild puts another one in its place.
create function worklist_of(caller uuid, held text[], groups uuid[], unit uuid)
returns table (
    tenant_id varchar, stream_id uuid, act varchar, part varchar, case_id uuid, case_number varchar, number varchar, round int, roles varchar,
    person_id uuid, group_id uuid, unit_id uuid, due_at timestamptz, warn_at timestamptz, since timestamptz, is_target boolean)
language sql stable as $$
    with recursive scope as (
        select current_setting('app.tenant') as first,
               regexp_replace(current_setting('app.tenant'), '000$', '999') as last),
    asked as (
        (select w.tenant_id, w.roles from worklist w
          where w.whom is null and w.tenant_id >= (select first from scope) and w.tenant_id <= (select last from scope)
          order by w.tenant_id, w.roles limit 1)
        union all
        select n.tenant_id, n.roles from asked a, lateral (
            select w.tenant_id, w.roles from worklist w
             where w.whom is null and (w.tenant_id, w.roles) > (a.tenant_id, a.roles) and w.tenant_id <= (select last from scope)
             order by w.tenant_id, w.roles limit 1) n)
    select w.tenant_id, w.stream_id, w.act, w.part, w.case_id, w.case_number, w.number, w.round, w.roles,
           w.person_id, w.group_id, w.unit_id, w.due_at, w.warn_at, w.since, w.is_target
      from worklist w
     where (w.whom = any(groups || array[caller, unit])
            or (w.whom is null and w.tenant_id = any(array(select a.tenant_id from asked a))
                and w.roles = any(array(select a.roles from asked a where string_to_array(a.roles, ',') && held))))
       and string_to_array(w.roles, ',') && held
       and (w.person_id is null or w.person_id = caller) and (w.group_id is null or w.group_id = any(groups))
       and (w.unit_id is null or w.unit_id = unit) and not (caller = any(w.except_ids))
$$;
