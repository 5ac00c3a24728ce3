-- Every order in one row; it follows from the order's own events.
create table order_board (
    tenant_id varchar not null,
    order_id uuid not null,
    case_id uuid not null,
    case_number varchar not null,
    number varchar,
    content varchar not null,
    branch varchar not null,
    stage varchar not null,
    intensity varchar not null,
    round int not null,
    unit_id uuid,
    group_id uuid not null,
    involved uuid[] not null,
    issued_on date not null,
    due_on date,
    -- Of the current round, as reported.
    handled_on date,
    -- The local days on which a round's limit was over.
    overdue_on date[] not null,
    extended_on date[] not null,
    passed_on date,
    was_sent_back boolean not null,
    commitments_due_on date[] not null,
    commitments_kept boolean[] not null,
    measures varchar[] not null,
    measured_on date[] not null,
    primary key (tenant_id, order_id)
);
create index order_board_issued on order_board (tenant_id, issued_on);
create index order_board_involved on order_board using gin (involved);
select ls_township_table('order_board');
