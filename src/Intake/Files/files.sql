-- The file that lies sealed under the key, by its hash: it is deleted as soon as the key is destroyed.
alter table doomed_keys add column file varchar;
