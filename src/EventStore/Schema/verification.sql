-- How the last verification stands, for every replica to answer the same. It proves nothing: who asks for proof verifies again.
create table ls_verification (
    one      boolean     not null default true check (one),
    run      uuid        not null,
    state    jsonb       not null,
    heard_at timestamptz not null,
    constraint pkey_ls_verification primary key (one)
);

do $$
begin
    execute format('grant select, insert, update on ls_verification to %I', current_database() || '_reader');
end
$$;
