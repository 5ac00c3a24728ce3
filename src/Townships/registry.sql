create table registry_person (
    tenant_id varchar not null,
    person_id uuid not null,
    roles text[] not null,
    groups uuid[] not null,
    unit_id uuid,
    active boolean not null,
    version bigint not null,
    primary key (tenant_id, person_id)
);

create table registry_group (
    tenant_id varchar not null,
    group_id uuid not null,
    kind varchar not null,
    name varchar not null,
    members uuid[] not null,
    active boolean not null,
    version bigint not null,
    primary key (tenant_id, group_id)
);

create table registry_unit (
    tenant_id varchar not null,
    unit_id uuid not null,
    kind varchar not null,
    parent_id uuid,
    name varchar not null,
    active boolean not null,
    version bigint not null,
    primary key (tenant_id, unit_id)
);

select ls_township_table('registry_person');
select ls_township_table('registry_group');
select ls_township_table('registry_unit');

-- No township's own: a township is ruled by its county's documents too, and the calendar is the nation's.
create table registry_policy (
    scope varchar not null,
    version int not null,
    document jsonb not null,
    primary key (scope, version)
);

create table registry_calendar (
    year int primary key,
    version int not null,
    document jsonb not null
);

select ls_shared_table('registry_policy');
select ls_shared_table('registry_calendar');
