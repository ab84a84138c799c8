create table wallet_transaction (
  id bigserial primary key,
  wallet_id bigint not null,
  username varchar(30) not null,
  booking_id bigint,
  transaction_id varchar(255) not null,
  amount numeric(10, 2) not null,
  timestamp timestamptz not null default current_timestamp,
  transaction_type wallet_transaction_type not null,
  constraint fk_wallet_id foreign key (wallet_id) references customer_wallet (id) on delete cascade,
  constraint fk_wallet_username foreign key (username) references customertable (username),
  constraint fk_wallet_booking foreign key (booking_id) references booking (id) on delete set null
);

create index idx_wallet_transaction_wallet_id on wallet_transaction (wallet_id);
create index idx_wallet_transaction_username on wallet_transaction (username);
create index idx_wallet_transaction_booking_id on wallet_transaction (booking_id);
create index idx_wallet_transaction_timestamp on wallet_transaction (timestamp);
