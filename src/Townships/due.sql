-- When each open stream must be looked at next; it follows from the streams' own events.
create table due (
    tenant_id varchar not null,
    stream_id uuid not null,
    stream_type varchar not null,
    due_at timestamptz,
    calendar_year int,
    primary key (tenant_id, stream_id)
);
create index due_at on due (due_at, stream_id) where due_at is not null;
create index due_calendar on due (calendar_year) where calendar_year is not null;
select ls_township_table('due');
