alter table booking
  alter column booking_time type timestamp,
  alter column booking_time set default now();
