create table lamps (
    tenant_id varchar not null,
    case_number varchar not null,
    part int not null,
    whole int not null,
    at timestamptz not null
);
select ls_township_table('lamps');
