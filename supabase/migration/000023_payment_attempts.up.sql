-- Every attempt to charge is a row before the gateway is asked, and outlives its booking.

alter table payment_transaction
  drop constraint fk_payment_transaction_booking,
  alter column booking_id drop not null,
  alter column transaction_id drop not null,
  add constraint fk_payment_transaction_booking
    foreign key (booking_id) references booking (id) on delete set null,
  add column attempt_id uuid not null default gen_random_uuid(),
  add column customer_username varchar(30),
  add column purpose varchar(20) not null default 'booking',
  add column original_booking_id bigint,
  add column show_id bigint,
  add column seat_numbers text[],
  add column lease_until timestamptz,
  add column reason text,
  add column resolution varchar(20),
  add column resolved_by varchar(100),
  add column resolved_at timestamptz;

comment on column payment_transaction.attempt_id is 'The Idempotency-Key that the gateway was given';
comment on column payment_transaction.purpose is 'booking, shortfall (of a wallet payment) or top-up';
comment on column payment_transaction.original_booking_id is 'The booking that was being paid, also when it is gone';
comment on column payment_transaction.lease_until is 'Until then the process that charges is believed to be alive';
comment on column payment_transaction.reason is 'Why an attempt failed or is unknown; never what the client sent';
comment on column payment_transaction.resolution is 'refunded, credited, confirmed or failed, by an operator';

update payment_transaction
set customer_username = booking.customer_username,
    original_booking_id = booking.id
from booking
where booking.id = payment_transaction.booking_id;

create unique index payment_transaction_attempt_id on payment_transaction (attempt_id);
create index payment_transaction_under_way on payment_transaction (lease_until) where status = 'Processing';
create index payment_transaction_unknown on payment_transaction (id) where status = 'Unknown';
