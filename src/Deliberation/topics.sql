create table topics (
    tenant_id varchar not null,
    id uuid not null,
    case_number varchar not null,
    stage varchar not null,
    month varchar,
    rolled_from text[] not null,
    group_id uuid,
    proposed_by uuid not null,
    title_of uuid not null,
    title varchar not null,
    due_at timestamptz,
    late boolean not null,
    words varchar not null,
    version bigint not null,
    primary key (tenant_id, id)
);
create index topics_month on topics (tenant_id, month);
create index topics_group on topics (tenant_id, group_id, stage);
create index topics_proposer on topics (tenant_id, proposed_by, stage);
select ls_township_table('topics');
