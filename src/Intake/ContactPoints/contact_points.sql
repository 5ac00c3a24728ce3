create table contact_points (
    tenant_id varchar not null,
    id uuid not null,
    kind varchar not null,
    name text not null,
    village varchar,
    from_day date not null,
    until_day date,
    closed_on date,
    next_milestone date,
    deputies uuid[] not null,
    primary key (tenant_id, id)
);
select ls_township_table('contact_points');
