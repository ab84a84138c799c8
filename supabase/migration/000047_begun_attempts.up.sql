-- Whether an account is older than an attempt must not change when the attempt is settled later, as processed_at does.
alter table payment_transaction add column begun_at timestamptz;
alter table payment_transaction alter column begun_at set default current_timestamp;

comment on column payment_transaction.begun_at is
  'When it was inserted, and never changed; null: settled before there was this column, so not after processed_at';

-- As two statements, so that each takes the partial index of its status.
update payment_transaction set begun_at = processed_at where status = 'Processing';
update payment_transaction set begun_at = processed_at where status = 'Unknown';
