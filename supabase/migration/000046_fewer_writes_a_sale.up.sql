-- In the order in which sales lock them, so that a sale and this migration never wait for each other.
lock table booking, payment_transaction, customer_wallet, wallet_transaction in access exclusive mode;

-- Each sale wrote these and no statement needs them: two are the unique constraint of the wallets' usernames once more,
-- the others begin as idx_wallet_transaction_user_time and idx_payment_transaction_booking_status do.
drop index if exists idx_wallet_username;
drop index if exists idx_wallet_balance_lookup;
drop index if exists idx_wallet_transaction_username;
drop index if exists idx_wallet_txn_aggregation;
drop index if exists idx_payment_transaction_booking_id;

-- No index holds a balance any more, so a page with room for the new version of a wallet needs no entry in an index.
alter table customer_wallet set (fillfactor = 70);

-- A hold is no sale, so neither its beginning nor its end asks whether a month has to be opened again.
drop trigger sale_may_reopen_revenue on booking;

create trigger sale_may_reopen_revenue
after update on booking
for each row execute function reopen_revenue_of_booking();

create trigger new_sale_may_reopen_revenue
after insert on booking
for each row when (new.status in ('Confirmed', 'CheckedIn'))
execute function reopen_revenue_of_booking();

create trigger deleted_sale_may_reopen_revenue
after delete on booking
for each row when (old.status in ('Confirmed', 'CheckedIn'))
execute function reopen_revenue_of_booking();

-- Also in sessions that load rows with triggers off (session_replication_role).
alter table booking
  enable always trigger sale_may_reopen_revenue,
  enable always trigger new_sale_may_reopen_revenue,
  enable always trigger deleted_sale_may_reopen_revenue;
