create table reviews (
    tenant_id varchar not null,
    id uuid not null,
    case_id uuid not null,
    case_number varchar not null,
    order_id uuid not null,
    branch varchar not null,
    stage varchar not null,
    over boolean not null,
    round int not null,
    unit_id uuid not null,
    units uuid[] not null,
    groups uuid[] not null,
    resident uuid not null,
    title text not null,
    reported_on date,
    concluded_on date,
    call_back_due date,
    call_back_overdue boolean not null,
    first_verdict varchar,
    final_verdict varchar,
    returns int not null,
    restarts int not null,
    judged int not null,
    able int not null,
    version bigint not null,
    primary key (tenant_id, id)
);
create index reviews_by_stage on reviews (tenant_id, stage, id);
create index reviews_by_number on reviews (tenant_id, case_number);
create index reviews_by_conclusion on reviews (tenant_id, concluded_on) where concluded_on is not null;
create index reviews_by_report on reviews (tenant_id, reported_on);
select ls_township_table('reviews');
