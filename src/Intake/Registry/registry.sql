create table people (
    tenant_id varchar not null,
    id uuid not null,
    roles text[] not null,
    groups uuid[] not null,
    unit_id uuid,
    active boolean not null,
    version bigint not null,
    primary key (tenant_id, id)
);
select ls_township_table('people');

-- The only place where a registered person's name stands.
create table person_names (
    tenant_id varchar not null,
    person_id uuid not null,
    login varchar not null constraint person_names_login_key unique,
    name text not null,
    primary key (tenant_id, person_id)
);
select ls_township_table('person_names');

create table units (
    tenant_id varchar not null,
    id uuid not null,
    kind varchar not null,
    parent_id uuid,
    name text not null,
    active boolean not null,
    version bigint not null,
    primary key (tenant_id, id)
);
select ls_township_table('units');

create table groups (
    tenant_id varchar not null,
    id uuid not null,
    kind varchar not null,
    name text not null,
    members uuid[] not null,
    active boolean not null,
    version bigint not null,
    primary key (tenant_id, id)
);
create index groups_by_member on groups using gin (members);
select ls_township_table('groups');
