-- A round counts for itself, an order on each day it was issued. Rows from before are right once both tables are rebuilt.
create table order_rounds (
    tenant_id varchar not null,
    order_id uuid not null,
    round int not null,
    case_number varchar not null,
    branch varchar not null,
    handled_on date,
    in_time boolean,
    -- The last day of the limit that passed.
    overdue_on date,
    primary key (tenant_id, order_id, round)
);
select ls_township_table('order_rounds');

alter table order_board
    drop column issued_on, drop column handled_on, drop column overdue_on, drop column commitments_due_on,
    add column issued_on date[] not null default '{}',
    add column commitments_made_on date[] not null default '{}',
    -- From when on it has been at its stage.
    add column since timestamptz not null default now();
