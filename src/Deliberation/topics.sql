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
    proposed_on date,
    confirmed_on date,
    advised_on date,
    version bigint not null,
    primary key (tenant_id, id)
);
create index topics_month on topics (tenant_id, month);
create index topics_group on topics (tenant_id, group_id, stage);
create index topics_proposer on topics (tenant_id, proposed_by, stage);
create index topics_proposed_on on topics (tenant_id, proposed_on);
select ls_township_table('topics');

create table sittings (
    tenant_id varchar not null,
    topic_id uuid not null,
    ordinal int not null,
    case_number varchar not null,
    group_id uuid,
    held_on date not null,
    attended uuid[] not null,
    primary key (tenant_id, topic_id, ordinal)
);
create index sittings_held_on on sittings (tenant_id, held_on);
select ls_township_table('sittings');
