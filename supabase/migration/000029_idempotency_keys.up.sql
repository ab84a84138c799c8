-- The first answer to a request that carried an Idempotency-Key, for 24 hours. Without status it is under way.
create table idempotency_key (
  username varchar(30) not null references usertable (username) on delete cascade,
  route varchar(60) not null,
  key varchar(128) not null,
  fingerprint bytea not null,
  status integer,
  answer text,
  attempt_id uuid,
  lease_until timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (username, route, key)
);

create index idempotency_key_created_at on idempotency_key (created_at);

comment on column idempotency_key.fingerprint is 'Keyed hash of the body, so that card data cannot be searched for';
comment on column idempotency_key.attempt_id is 'The payment attempt that the request began, if any';
