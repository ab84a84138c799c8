-- A claim of a key says whose it is, so that a request which lost the key while its process stood still can tell. What is
-- kept of a body no longer depends on the secret of tokens, which may be rotated.
alter table idempotency_key
  add column claim uuid,
  add column body_mark bytea;

comment on column idempotency_key.claim is 'The request that has the key; null where an older program claimed it';
comment on column idempotency_key.body_mark is 'What is kept of the body: of the card in it too little to search for one';
comment on column idempotency_key.fingerprint is
  'The same by the secret of tokens, for older programs and rows without body_mark';

-- Made by the program at its first start; one row.
create table idempotency_secret (
  id integer primary key default 1 check (id = 1),
  secret varchar(128) not null,
  token_secret_mark bytea not null,
  created_at timestamptz not null default now()
);

comment on column idempotency_secret.token_secret_mark is 'Tells whether the secret of tokens is still the one of that start';
