create table registry_unit (
    tenant_id varchar not null,
    unit_id uuid not null,
    kind varchar not null,
    parent_id uuid,
    active boolean not null,
    version bigint not null,
    primary key (tenant_id, unit_id)
);

select ls_township_table('registry_unit');
