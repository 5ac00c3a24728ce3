create table receptions (
    tenant_id varchar not null,
    plan_id uuid not null,
    on_day date not null,
    group_id uuid not null,
    kind varchar not null,
    place text not null,
    hours text not null,
    contact_point uuid,
    deputies uuid[] not null,
    checked_in uuid[] not null,
    status varchar not null,
    visitors int not null,
    appeals uuid[] not null,
    primary key (tenant_id, plan_id, on_day)
);
create index receptions_by_day on receptions (tenant_id, on_day, plan_id);
select ls_township_table('receptions');
