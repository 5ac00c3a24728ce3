-- One key an owner: a person, for all their words; an import, for its file while it runs. Each is wrapped by a key that is never here.
-- A destroyed one leaves its row behind, so that nobody makes another in its place.
create table keys (
    owner_id uuid not null,
    tenant_id varchar not null,
    outer_key varchar,
    wrapped bytea,
    made_at timestamptz not null default now(),
    destroyed_at timestamptz,
    primary key (owner_id, tenant_id),
    check ((wrapped is null) = (destroyed_at is not null) and (wrapped is null) = (outer_key is null))
);
create index keys_by_outer_key on keys (outer_key) where outer_key is not null;

-- The app role makes and destroys keys; the reader opens with them. Both see one township, or its county.
do $$
declare
    app    text := quote_ident(current_database() || '_app');
    reader text := quote_ident(current_database() || '_reader');
    exact  constant text := 'tenant_id = (select current_setting(''app.tenant'', true))';
    county constant text := '(right((select current_setting(''app.tenant'', true)), 3) = ''000'''
                         || ' and left(tenant_id, 6) = left((select current_setting(''app.tenant'', true)), 6))';
begin
    alter table keys enable row level security;
    alter table keys force row level security;
    execute format('create policy township_reads on keys for select to %s, %s using (%s or %s)', app, reader, exact, county);
    execute format('create policy township_inserts on keys for insert to %s with check (%s)', app, exact);
    execute format('create policy destroyed_stays_destroyed on keys for update to %s using (wrapped is not null and %s) with check (%s)',
                   app, exact, exact);
    execute format('grant select on keys to %s, %s', app, reader);
    execute format('grant insert on keys to %s', app);
    execute format('grant update (outer_key, wrapped, destroyed_at) on keys to %s', app);
end
$$;
