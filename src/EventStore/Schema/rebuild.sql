-- Where a projection's tables are filled anew; nobody but the reader comes here, and what is right moves to public.
create schema ls_rebuild;

create table ls_rebuilds (
    projection       varchar     not null,
    code             varchar,
    position         bigint      not null default 0,
    requested_at     timestamptz not null default clock_timestamp(),
    started_at       timestamptz,
    started_from     bigint,
    moved_at         timestamptz,
    finished_at      timestamptz,
    stopped_event    uuid,
    stopped_sequence bigint,
    reason           varchar,
    constraint pkey_ls_rebuilds primary key (projection)
);

-- Moves a projection on from where its writer believes it to be. A swap may have moved it meanwhile: then nothing is written.
create function ls_advance_projection(advanced varchar, seen bigint, reached bigint) returns void
language plpgsql
as $$
begin
    update mt_event_progression p set last_seq_id = reached, last_updated = transaction_timestamp()
     where p.name = advanced and p.last_seq_id = seen;
    if found then
        return;
    end if;
    if seen = 0 then
        insert into mt_event_progression (name, last_seq_id) values (advanced, reached)
        on conflict on constraint pk_mt_event_progression do nothing;
        if found then
            return;
        end if;
    end if;
    raise exception 'Projection % is no longer at %.', advanced, seen using errcode = 'LS002';
end
$$;

-- Makes empty copies of a projection's tables in ls_rebuild, with all their rules, or finds those of an interrupted rebuild by the
-- same code. Returns the position they stand at. Runs as the owner, but only for tables that its caller may fill anyway.
create function ls_prepare_rebuild(rebuilt varchar, places text[], by_code varchar) returns bigint
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
    place   text;
    served  regclass;
    reached bigint;
    known   varchar;
    part    record;
begin
    select r.position, r.code into strict reached, known from ls_rebuilds r where r.projection = rebuilt for update;
    foreach place in array places loop
        served := to_regclass(format('public.%I', place));
        if served is null or not (
            has_table_privilege(session_user, served, 'select') and has_table_privilege(session_user, served, 'insert')
            and has_table_privilege(session_user, served, 'update') and has_table_privilege(session_user, served, 'delete')) then
            raise exception 'The table % is no projection''s.', place using errcode = 'LS003';
        end if;
        if exists (select from pg_depend d join pg_class c on c.oid = served
                    where d.refobjid in (c.oid, c.reltype) and d.deptype = 'n'
                      and d.classid in ('pg_rewrite'::regclass, 'pg_proc'::regclass))
            or exists (select from pg_constraint c where c.confrelid = served and c.conrelid <> served)
            or exists (select from pg_trigger t where t.tgrelid = served and not t.tgisinternal) then
            raise exception 'The table % has views, functions, references or triggers.', place using errcode = 'LS003';
        end if;
    end loop;

    if known = by_code and (select bool_and(to_regclass(format('ls_rebuild.%I', t)) is not null) from unnest(places) t) then
        return reached;
    end if;

    foreach place in array places loop
        served := to_regclass(format('public.%I', place));
        execute format('drop table if exists ls_rebuild.%I', place);
        execute format('create table ls_rebuild.%I (like public.%I including all excluding constraints excluding indexes)', place, place);
        for part in
            select c.conname, pg_get_constraintdef(c.oid) as definition from pg_constraint c
             where c.conrelid = served and c.contype in ('p', 'u', 'x', 'c', 'f') order by c.contype = 'f', c.conname
        loop
            execute format('alter table ls_rebuild.%I add constraint %I %s', place, part.conname, part.definition);
        end loop;
        for part in
            select pg_get_indexdef(i.indexrelid) as definition from pg_index i
             where i.indrelid = served and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
        loop
            execute replace(part.definition, format(' ON public.%I USING ', place), format(' ON ls_rebuild.%I USING ', place));
        end loop;
        for part in
            select p.*, (select string_agg(case r when 'public' then r else quote_ident(r) end, ', ') from unnest(p.roles) r) as who
              from pg_policies p where p.schemaname = 'public' and p.tablename = place
        loop
            execute format('create policy %I on ls_rebuild.%I as %s for %s to %s', part.policyname, place, part.permissive, part.cmd, part.who)
                || coalesce(' using (' || part.qual || ')', '') || coalesce(' with check (' || part.with_check || ')', '');
        end loop;
        for part in
            select x.privilege_type || coalesce(' (' || quote_ident(g.attname) || ')', '') as privilege,
                   case x.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end as who
              from (select relacl as acl, null::name as attname from pg_class where oid = served
                    union all
                    select attacl, attname from pg_attribute where attrelid = served and attacl is not null) g,
                   aclexplode(g.acl) x
             where x.grantee <> (select relowner from pg_class where oid = served)
        loop
            execute format('grant %s on ls_rebuild.%I to %s', part.privilege, place, part.who);
        end loop;
        select * into part from pg_class where oid = served;
        if part.relrowsecurity then
            execute format('alter table ls_rebuild.%I enable row level security', place);
        end if;
        if part.relforcerowsecurity then
            execute format('alter table ls_rebuild.%I force row level security', place);
        end if;
    end loop;
    update ls_rebuilds set code = by_code, position = 0 where projection = rebuilt;
    return 0;
end
$$;

-- Puts the tables filled anew into the place of those served until now, and the projection to where they stand.
create function ls_finish_rebuild(rebuilt varchar, places text[], reached bigint) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
    place text;
begin
    foreach place in array places loop
        execute format('drop table public.%I', place);
        execute format('alter table ls_rebuild.%I set schema public', place);
    end loop;
    perform mt_mark_event_progression(rebuilt, reached);
    update ls_rebuilds set position = reached, moved_at = clock_timestamp(), finished_at = clock_timestamp() where projection = rebuilt;
end
$$;

do $$
declare
    app     text := quote_ident(current_database() || '_app');
    reader  text := quote_ident(current_database() || '_reader');
    auditor text := quote_ident(current_database() || '_auditor');
begin
    execute format('grant usage on schema ls_rebuild to %s', reader);
    execute format('grant select on ls_rebuilds to %s, %s, %s', app, reader, auditor);
    execute format('grant insert, update on ls_rebuilds to %s', reader);
    execute format('revoke execute on function ls_prepare_rebuild, ls_finish_rebuild, ls_advance_projection from %s', app);
end
$$;
