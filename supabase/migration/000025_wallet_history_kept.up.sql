-- A wallet's history is never changed, and nobody with bookings or a history can be deleted.

alter table booking
  drop constraint fk_booking_customer_username,
  add constraint fk_booking_customer_username
    foreign key (customer_username) references customertable (username) on delete restrict;

alter table wallet_transaction
  drop constraint fk_wallet_username,
  drop constraint fk_wallet_id,
  add constraint fk_wallet_username
    foreign key (username) references customertable (username) on delete restrict,
  add constraint fk_wallet_id
    foreign key (wallet_id) references customer_wallet (id) on delete restrict;

-- What a wallet's history did not explain when the database was taken over; from there on it must sum.
create table wallet_opening_difference (
  wallet_id bigint primary key references customer_wallet (id) on delete cascade,
  amount numeric(12, 2) not null,
  last_transaction_id bigint not null,
  recorded_at timestamptz not null default now()
);

insert into wallet_opening_difference (wallet_id, amount, last_transaction_id)
select wallet.id, wallet.balance - coalesce(history.total, 0), coalesce(history.last_id, 0)
from customer_wallet wallet
left join (
  select wallet_id, max(id) as last_id,
    sum(case when transaction_type = 'ADD' then amount else -amount end) as total
  from wallet_transaction
  group by wallet_id
) history on history.wallet_id = wallet.id
where wallet.balance <> coalesce(history.total, 0);

create function keep_wallet_history() returns trigger
language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.booking_id is null
    and (new.id, new.wallet_id, new.username, new.transaction_id, new.amount, new.timestamp, new.transaction_type)
      = (old.id, old.wallet_id, old.username, old.transaction_id, old.amount, old.timestamp, old.transaction_type)
  then
    return new;
  end if;
  raise exception 'the history of wallets is never changed or deleted' using errcode = 'restrict_violation';
end
$$;

create trigger wallet_history_is_kept
before update or delete on wallet_transaction
for each row execute function keep_wallet_history();

create trigger wallet_history_is_not_emptied
before truncate on wallet_transaction
for each statement execute function keep_wallet_history();

-- Databases of the reference may have customers from before there were wallets.
insert into customer_wallet (username)
select username
from customertable
on conflict (username) do nothing;
