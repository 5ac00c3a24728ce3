create table imports (
    tenant_id varchar not null,
    id uuid not null,
    number bigint generated always as identity,
    preset varchar not null,
    file_name text not null,
    addressed_to uuid,
    person_id uuid not null,
    role varchar not null,
    unit_id uuid,
    fingerprint bytea not null,
    -- Sealed under a key of its own. Both are gone as soon as every row is accounted for: the words then stand in the events alone.
    content bytea,
    state varchar not null,
    total int,
    failure_code varchar,
    failure_line bigint,
    failure_detail text,
    created_at timestamptz not null,
    finished_at timestamptz,
    primary key (tenant_id, id)
);
create index imports_by_number on imports (tenant_id, number);
select ls_township_table('imports');

create table import_rows (
    tenant_id varchar not null,
    import_id uuid not null,
    number int not null,
    line bigint not null,
    source_id varchar,
    outcome varchar not null,
    code varchar,
    detail text,
    appeal_id uuid,
    case_number varchar,
    primary key (tenant_id, import_id, number)
);
create index import_rows_by_outcome on import_rows (tenant_id, import_id, outcome, number);
select ls_township_table('import_rows');

create table source_items (
    tenant_id varchar not null,
    source varchar not null,
    source_id varchar not null,
    -- Emptied when the submitter is erased.
    fingerprint bytea not null,
    appeal_id uuid not null,
    case_number varchar not null,
    primary key (tenant_id, source, source_id)
);
select ls_township_table('source_items');

-- What a worker of any township takes next. It says which import of which township, and nothing of what is in it.
create table import_queue (
    id uuid not null primary key,
    tenant_id varchar not null,
    claim uuid,
    claimed_until timestamptz not null,
    attempts int not null
);
select ls_shared_table('import_queue');

-- Keys of the vault that are yet to be destroyed: of a person erased, of an import that came to its end.
create table doomed_keys (
    tenant_id varchar not null,
    owner_id uuid not null,
    since timestamptz not null,
    primary key (tenant_id, owner_id)
);
select ls_shared_table('doomed_keys');
