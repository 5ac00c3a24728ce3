create table registry_group (
    tenant_id varchar not null,
    group_id uuid not null,
    kind varchar not null,
    members uuid[] not null,
    active boolean not null,
    version bigint not null,
    primary key (tenant_id, group_id)
);

create table registry_unit (
    tenant_id varchar not null,
    unit_id uuid not null,
    kind varchar not null,
    active boolean not null,
    version bigint not null,
    primary key (tenant_id, unit_id)
);

select ls_township_table('registry_group');
select ls_township_table('registry_unit');
