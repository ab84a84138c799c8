create index idx_booking_details_covering on booking
  (id, show_id, customer_username, status, amount_paid, booking_time);
create index idx_active_bookings on booking (show_id, customer_username)
  where status in ('Pending', 'Confirmed');
create index idx_booking_date_status on booking (date, status)
  where status in ('Pending', 'Confirmed');
