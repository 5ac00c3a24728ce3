-- Which number each order has. Written with the event that bears it and never changed.
create table order_number (
    tenant_id varchar not null,
    year int not null,
    serial int not null,
    order_id uuid not null,
    primary key (tenant_id, year, serial)
);
select ls_township_table('order_number');
