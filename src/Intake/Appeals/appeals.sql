create table appeals (
    tenant_id varchar not null,
    id uuid not null,
    case_number varchar not null,
    stage varchar not null,
    round int not null,
    channel varchar not null,
    urgency varchar,
    title text not null,
    submitter uuid not null,
    addressed_to uuid,
    source varchar,
    source_id varchar,
    received_at timestamptz not null,
    version bigint not null,
    primary key (tenant_id, id),
    unique (tenant_id, case_number)
);
create index appeals_by_stage on appeals (tenant_id, stage, id);
create index appeals_by_submitter on appeals (tenant_id, submitter, id);
select ls_township_table('appeals');

create table case_numbers (
    tenant_id varchar not null,
    day date not null,
    last int not null,
    primary key (tenant_id, day)
);
select ls_township_table('case_numbers');

create table contacts (
    tenant_id varchar not null,
    person_id uuid not null,
    name text not null,
    phone text,
    primary key (tenant_id, person_id)
);
select ls_township_table('contacts');
