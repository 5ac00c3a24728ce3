-- What lists, hand-overs and figures ask of an appeal beyond its beginning.
alter table appeals
    add column category varchar,
    add column accepted_by uuid,
    add column unit_id uuid,
    add column contact_point_id uuid,
    add column reception_id uuid,
    add column split_from uuid,
    add column linked uuid[] not null default '{}',
    add column dispatches int not null default 0,
    add column first_right boolean not null default true,
    add column target_at timestamptz,
    add column answered_at timestamptz,
    add column result varchar,
    add column satisfied int not null default 0,
    add column basically_satisfied int not null default 0,
    add column unsatisfied int not null default 0,
    add column taken_up boolean not null default false,
    add column concluded boolean not null default false;
update appeals set linked = array[submitter];
create index appeals_by_receipt on appeals (tenant_id, received_at);
create index appeals_by_unit on appeals (tenant_id, unit_id) where unit_id is not null;
create index appeals_linked on appeals using gin (linked);

-- What anybody may read, in the station's words.
create table publications (
    tenant_id varchar not null,
    appeal_id uuid not null,
    title text not null,
    text text not null,
    stage varchar not null,
    published_at timestamptz not null,
    primary key (tenant_id, appeal_id)
);
select ls_township_table('publications');
