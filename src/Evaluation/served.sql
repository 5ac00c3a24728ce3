-- Who is served by a case beside its founding submitter, as Intake says.
create table served_people (
    tenant_id varchar not null,
    case_id uuid not null,
    person_id uuid not null,
    served boolean not null,
    version bigint not null,
    primary key (tenant_id, case_id, person_id)
);
select ls_township_table('served_people');
