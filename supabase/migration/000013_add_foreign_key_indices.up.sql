create index idx_booking_show_id on booking (show_id);
create index idx_booking_customer_username on booking (customer_username);
create index idx_booking_seat_mapping_booking_id on booking_seat_mapping (booking_id);
create index idx_booking_seat_mapping_seat_number on booking_seat_mapping (seat_number);
create index idx_stafftable_username on stafftable (username);
