drop index idx_wallet_txn_aggregation;
drop index idx_wallet_transaction_user_time;
drop index idx_wallet_balance_lookup;
drop index idx_active_reset_tokens;
drop index idx_payment_transaction_booking_status;
drop index idx_show_movie_date;
drop index idx_show_date_slot;
drop index idx_booking_details_covering;
drop index idx_booking_date_status;
drop index idx_active_bookings;

create index idx_stafftable_username on stafftable (username);
create index idx_booking_seat_mapping_seat_number on booking_seat_mapping (seat_number);
