-- Three indices of 21 that no statement reads, and that every sale would write: the first begins with the primary key,
-- and the others hold what the indices on customer_username and show_id hold already.
drop index if exists idx_booking_details_covering;
drop index if exists idx_active_bookings;
drop index if exists idx_booking_date_status;
