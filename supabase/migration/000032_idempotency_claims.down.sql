drop table idempotency_secret;

comment on column idempotency_key.fingerprint is 'Keyed hash of the body, so that card data cannot be searched for';

alter table idempotency_key
  drop column body_mark,
  drop column claim;
