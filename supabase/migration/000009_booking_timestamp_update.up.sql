-- The old values are read in the session's time zone, the one now() was written in.
alter table booking
  alter column booking_time type timestamptz,
  alter column booking_time set default current_timestamp;
