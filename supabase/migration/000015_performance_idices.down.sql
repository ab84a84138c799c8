drop index idx_admin_booked_customer_booking_id;
drop index idx_show_slot_id;
drop index idx_show_movie_id;
drop index idx_booking_booking_time;
drop index idx_booking_status;
