create index idx_booking_status on booking (status);
create index idx_booking_booking_time on booking (booking_time);
create index idx_show_movie_id on show (movie_id);
create index idx_show_slot_id on show (slot_id);
create index idx_admin_booked_customer_booking_id on admin_booked_customer (booking_id);
