create table meetings (
    tenant_id varchar not null,
    id uuid not null,
    kind varchar not null,
    group_id uuid,
    held_on date not null,
    stage varchar not null,
    attended uuid[] not null,
    version bigint not null,
    primary key (tenant_id, id)
);
create index meetings_held_on on meetings (tenant_id, held_on, id);
select ls_township_table('meetings');
