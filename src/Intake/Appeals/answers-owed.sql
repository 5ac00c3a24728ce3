-- Each answer that ordinary handling owes: the first, and one for every redo.
create table answers_owed (
    tenant_id varchar not null,
    appeal_id uuid not null,
    number int not null,
    case_number varchar not null,
    target_at timestamptz,
    answered_at timestamptz,
    primary key (tenant_id, appeal_id, number)
);
create index answers_owed_by_target on answers_owed (tenant_id, target_at);

-- As far as is known without the log; a rebuild of both tables tells the rest.
insert into answers_owed
select tenant_id, id, 1, case_number, target_at, answered_at from appeals where dispatches > 0;
select ls_township_table('answers_owed');
alter table appeals drop column target_at, add column returned int not null default 0;
