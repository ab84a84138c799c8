-- One address, one customer, however it is written: Mira@Example.com is mira@example.com. Addresses are kept as typed.

-- What of an address counts. Its collation is named, since that of the database may know ASCII alone or be Turkish.
do $$
declare
  folding text;
begin
  select collname into folding
  from unnest(array['und-x-icu', 'pg_c_utf8', 'C']) with ordinality as wanted (name, place)
  join pg_collation on collname = wanted.name
  where collnamespace = 'pg_catalog'::regnamespace
    and collencoding in (-1, (select encoding from pg_database where datname = current_database()))
  order by place
  limit 1;

  execute format(
    'create function email_key(email text) returns text '
    'language sql immutable strict parallel safe '
    'return lower(email collate pg_catalog.%I)', folding);
end
$$;

-- Accounts that share an address but for its case since before stay as they are: the oldest counts as its owner, and
-- the others have a number that keeps them apart from it. Everybody else has 0, so of two newcomers one is refused.
alter table customertable add column email_twin bigint not null default 0;

comment on column customertable.email_twin is
  '0, but in accounts from before migration 39 whose address an older account has in another case';

update customertable
set email_twin = aged.id
from (
  select customer.id,
    row_number() over (
      partition by email_key(customer.email)
      order by account.created_at nulls first, customer.id
    ) as place
  from customertable customer
  join usertable account on account.username = customer.username
) aged
where aged.id = customertable.id
  and aged.place > 1;

create unique index customertable_email_any_case_key on customertable (email_key(email), email_twin);

-- Who takes another address is a newcomer to it.
create function email_twin_moves() returns trigger
language plpgsql as $$
begin
  new.email_twin := 0;
  return new;
end
$$;

create trigger email_twin_moves
before update of email on customertable
for each row when (email_key(new.email) <> email_key(old.email))
execute function email_twin_moves();
