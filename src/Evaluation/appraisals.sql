create table appraisals (
    tenant_id varchar not null,
    id uuid not null,
    name varchar not null,
    year int not null,
    ballot_until date not null,
    closed boolean not null,
    eligible int not null,
    voted int not null,
    valid int not null,
    favourable int not null,
    version bigint not null,
    primary key (tenant_id, id)
);
select ls_township_table('appraisals');

create table overdue_orders (
    tenant_id varchar not null,
    order_id uuid not null,
    round int not null,
    case_number varchar not null,
    unit_id uuid not null,
    due_on date not null,
    primary key (tenant_id, order_id, round)
);
select ls_township_table('overdue_orders');

create table accountability (
    tenant_id varchar not null,
    result_id uuid not null,
    case_number varchar not null,
    unit_id uuid,
    measure varchar not null,
    decided_on date not null,
    primary key (tenant_id, result_id)
);
select ls_township_table('accountability');

-- The whole ballot of an appraisal in one row, sealed: no choice has a row, a number or a time of its own that could be joined with a voter.
create table ballot_boxes (
    tenant_id varchar not null,
    appraisal_id uuid not null,
    counts bytea not null,
    closed boolean not null default false,
    primary key (tenant_id, appraisal_id)
);
select ls_township_table('ballot_boxes');

-- Who has voted, and nothing else, not even when.
create table ballot_voters (
    tenant_id varchar not null,
    appraisal_id uuid not null,
    deputy uuid not null,
    primary key (tenant_id, appraisal_id, deputy)
);
select ls_township_table('ballot_voters');
