create table registry_group (
    tenant_id varchar not null,
    group_id uuid not null,
    members uuid[] not null,
    active boolean not null,
    version bigint not null,
    primary key (tenant_id, group_id)
);

create table registry_person (
    tenant_id varchar not null,
    person_id uuid not null,
    unit_id uuid,
    version bigint not null,
    primary key (tenant_id, person_id)
);

select ls_township_table('registry_group');
select ls_township_table('registry_person');
