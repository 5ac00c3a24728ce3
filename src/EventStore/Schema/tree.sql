-- Which event stands at which leaf of the service's hash tree. nodes: the hashes of all complete subtrees that end with this leaf,
-- 32 bytes each, the leaf's own first; so that any hash of the tree is one row away.
create table ls_hash_leaf (
    leaf   bigint not null,
    seq_id bigint not null,
    nodes  bytea  not null,
    constraint pkey_ls_hash_leaf primary key (leaf)
);

create unique index ls_hash_leaf_seq_id on ls_hash_leaf (seq_id);

create trigger ls_no_change before update or delete or truncate on ls_hash_leaf
    for each statement execute function ls_refuse_change();
alter table ls_hash_leaf enable always trigger ls_no_change;

do $$
declare
    reader text := quote_ident(current_database() || '_reader');
begin
    execute format('grant select on ls_hash_leaf to %I, %s, %I',
                   current_database() || '_app', reader, current_database() || '_auditor');
    execute format('grant insert on ls_hash_leaf to %s', reader);
end
$$;
