-- A charge that comes back after an operator has settled its attempt opens the attempt again. What he had said is kept,
-- since a wallet or a booking may already have had the good of it.
alter table payment_transaction
  add column earlier_resolution varchar(20),
  add column earlier_transaction_id varchar(255);

comment on column payment_transaction.earlier_resolution is
  'What an operator had said before a charge came back that he did not speak of';
comment on column payment_transaction.earlier_transaction_id is
  'The transaction that he spoke of then; null where nobody knew of one';
