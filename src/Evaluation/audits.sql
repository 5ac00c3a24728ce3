create table audit_samples (
    tenant_id varchar not null,
    id uuid not null,
    seed varchar not null,
    first_day date not null,
    last_day date not null,
    population int not null,
    drawn int not null,
    findings int not null,
    open int not null,
    units uuid[] not null,
    version bigint not null,
    primary key (tenant_id, id)
);
select ls_township_table('audit_samples');
