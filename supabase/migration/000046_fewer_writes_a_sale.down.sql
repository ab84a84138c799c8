-- The indices first: they take long where there are many rows, and readers of bookings do not wait for them.
create index idx_payment_transaction_booking_id on payment_transaction (booking_id);
create index idx_wallet_txn_aggregation on wallet_transaction (username, transaction_type, amount);
create index idx_wallet_transaction_username on wallet_transaction (username);
create index idx_wallet_balance_lookup on customer_wallet (username, balance)
  where balance > 0;
create index idx_wallet_username on customer_wallet (username);

alter table customer_wallet reset (fillfactor);

drop trigger new_sale_may_reopen_revenue on booking;
drop trigger deleted_sale_may_reopen_revenue on booking;
drop trigger sale_may_reopen_revenue on booking;

create trigger sale_may_reopen_revenue
after insert or update or delete on booking
for each row execute function reopen_revenue_of_booking();

alter table booking
  enable always trigger sale_may_reopen_revenue;
