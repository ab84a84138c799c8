alter table wallet_transaction
  drop constraint fk_wallet_username,
  add constraint fk_wallet_username
    foreign key (username) references customertable (username) on delete cascade;
