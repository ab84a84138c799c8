drop index idx_booking_seat_mapping_seat_number;
drop index idx_stafftable_username;

create index idx_active_bookings on booking (show_id, customer_username)
where status in ('Pending', 'Confirmed');

create index idx_booking_date_status on booking (date, status)
where status in ('Pending', 'Confirmed');

create index idx_booking_details_covering
on booking (id, show_id, customer_username, status, amount_paid, booking_time);

create index idx_show_date_slot on show (date, slot_id);
create index idx_show_movie_date on show (movie_id, date, slot_id);
create index idx_payment_transaction_booking_status on payment_transaction (booking_id, status);

create index idx_active_reset_tokens on password_reset_tokens (email, expires_at)
where used = false;

create index idx_wallet_balance_lookup on customer_wallet (username, balance)
where balance > 0;

create index idx_wallet_transaction_user_time on wallet_transaction (username, timestamp desc);
create index idx_wallet_txn_aggregation on wallet_transaction (username, transaction_type, amount);
