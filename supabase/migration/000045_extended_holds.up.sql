-- A customer may ask once for more time to pay.
alter table pending_booking_tracker add column extended_at timestamptz;

comment on column pending_booking_tracker.extended_at is 'When its customer was given more time; null: not yet, and he may ask once';
