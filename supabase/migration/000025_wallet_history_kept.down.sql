drop trigger wallet_history_is_not_emptied on wallet_transaction;
drop trigger wallet_history_is_kept on wallet_transaction;
drop function keep_wallet_history();
drop table wallet_opening_difference;

alter table wallet_transaction
  drop constraint fk_wallet_id,
  drop constraint fk_wallet_username,
  add constraint fk_wallet_id
    foreign key (wallet_id) references customer_wallet (id) on delete cascade,
  add constraint fk_wallet_username
    foreign key (username) references customertable (username) on delete cascade;

alter table booking
  drop constraint fk_booking_customer_username,
  add constraint fk_booking_customer_username
    foreign key (customer_username) references customertable (username) on delete cascade;
