create table pending_booking_tracker (
  booking_id bigint primary key,
  expiration_time timestamptz not null,
  constraint fk_pending_booking_tracker_booking
    foreign key (booking_id) references booking (id) on delete cascade
);
