-- A ticket belongs to one booking for ever, also where a restored database gives a number a second time: bookings made
-- from here on, by whatever tool, get a random part of their tickets' signed text. Those that are there have none, and
-- keep the tickets that were printed for them.
alter table booking add column ticket_nonce uuid;
alter table booking alter column ticket_nonce set default gen_random_uuid();

comment on column booking.ticket_nonce is 'In the signed text of its tickets; null in bookings from before migration 35';

-- When a booking was let in, and by whom; no row where that was before this migration, or by SQL.
create table check_in (
  booking_id bigint primary key references booking (id) on delete cascade,
  checked_in_at timestamptz not null default clock_timestamp(),
  checked_in_by varchar(30) not null
);

comment on column check_in.checked_in_by is 'A username; it stays when the user goes';
