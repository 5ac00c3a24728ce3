-- COPY knows no row-level security. The copy has it again before it is served; until then nobody but the reader comes near it.
create function ls_open_copy(place text) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
begin
    execute format('alter table ls_rebuild.%I disable row level security', place);
end
$$;

-- Waits, not for long, until nobody is between the events and their row in a table, and keeps everybody from getting there.
create function ls_hold_table(place text) returns void
language plpgsql
as $$
begin
    perform set_config('lock_timeout', '1s', true);
    execute format('lock table public.%I in share row exclusive mode', place);
end
$$;

-- Puts the copy of a table that is written with the events into the place of the one served until now.
create function ls_swap_copy(place varchar, reached bigint) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
begin
    if (select c.relrowsecurity from pg_class c where c.oid = to_regclass(format('public.%I', place))) then
        execute format('alter table ls_rebuild.%I enable row level security', place);
    end if;
    execute format('drop table public.%I', place);
    execute format('alter table ls_rebuild.%I set schema public', place);
    update ls_rebuilds set position = reached, moved_at = clock_timestamp(), finished_at = clock_timestamp() where projection = place;
end
$$;

do $$
begin
    execute format('revoke execute on function ls_open_copy, ls_hold_table, ls_swap_copy from %I', current_database() || '_app');
end
$$;
