create table codes (
    tenant_id varchar not null,
    id uuid not null,
    subject uuid not null,
    purpose varchar not null,
    token varchar not null,
    primary key (tenant_id, id)
);
create unique index codes_by_token on codes (tenant_id, token);
select ls_township_table('codes');
