create table hand_overs (
    tenant_id varchar not null,
    id uuid not null,
    kind varchar not null,
    from_id uuid not null,
    to_id uuid not null,
    ground varchar not null,
    document_number varchar not null,
    effective_on date not null,
    in_effect boolean not null,
    primary key (tenant_id, id)
);
create index hand_overs_from on hand_overs (tenant_id, from_id);
select ls_township_table('hand_overs');
