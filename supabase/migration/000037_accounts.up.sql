-- A token belongs to an account, not to a username: it carries the account's key, which no other account ever has.
-- Tokens without a key are those of the reference and of programs before this migration. They are told apart by what
-- else is known: when they were issued, and whether their username belonged to another account before.

alter table usertable
  add column account_key uuid not null default gen_random_uuid(),
  add column keyless_since timestamptz not null default '-infinity';

comment on column usertable.account_key is 'Tokens carry it; a new one ends all sessions of the account';
comment on column usertable.keyless_since is
  'A token without account_key is good if it was issued from here on; infinity: none is';

alter table take_over
  add column went_back_at timestamptz not null default '-infinity';

comment on column take_over.went_back_at is 'Tokens without account_key from before are over, whose ever they are';

create table ended_account (
  username varchar(30) primary key,
  ended_at timestamptz not null default now()
);

comment on table ended_account is
  'Usernames whose account was deleted or renamed, for as long as a token of it may live';

-- When the database went back to an older version, which keeps no sessions, its down left a note: what this program had
-- ended by then stays ended. Otherwise an account that is there accepts no token from before it was made. A moment that
-- several accounts share is that of a migration or a load, and says nothing about them.
do $$
declare
  books oid := to_regclass('pgmigrations');
  went_back timestamptz;
begin
  select coalesce(max(substring(note from 'issued before (\S+) are over')::timestamptz), '-infinity')
  into went_back
  from (
    select obj_description('usertable'::regclass, 'pg_class')
    union all
    select col_description(attrelid, attnum) from pg_attribute where attrelid = books and attname = 'run_on'
  ) left_by_down (note);
  update take_over set went_back_at = went_back;

  update usertable account
  set keyless_since = greatest(went_back, made.at)
  from (
    select username,
      case when count(*) over (partition by created_at) = 1 then date_trunc('second', created_at) end as at
    from usertable
  ) made
  where made.username = account.username
    and greatest(went_back, made.at) > '-infinity';

  comment on table usertable is null;
  if books is not null then
    comment on column pgmigrations.run_on is null;
  end if;
end
$$;

-- After the fact, since an insert may have waited for the very deletion.
create function tell_accounts_apart() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op <> 'INSERT' then
    delete from public.ended_account where ended_at < now() - interval '2 days';
    insert into public.ended_account (username)
    values (old.username)
    on conflict (username) do update set ended_at = excluded.ended_at;
  end if;
  if tg_op <> 'DELETE' then
    update public.usertable account
    set keyless_since = known.since
    from (
      select 'infinity'::timestamptz from public.ended_account ended where ended.username = new.username
      union all
      select went_back_at from public.take_over
      order by 1 desc
      limit 1
    ) known (since)
    where account.username = new.username
      and account.keyless_since < known.since;
  end if;
  return null;
end
$$;

create function end_all_accounts() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.ended_account (username)
  select username from public.usertable
  on conflict (username) do update set ended_at = excluded.ended_at;
  return null;
end
$$;

create trigger accounts_are_told_apart
after insert or delete or update of username on usertable
for each row execute function tell_accounts_apart();

create trigger no_accounts_are_told_apart
before truncate on usertable
for each statement execute function end_all_accounts();

-- Also in sessions that load rows with triggers off (session_replication_role).
alter table usertable
  enable always trigger accounts_are_told_apart,
  enable always trigger no_accounts_are_told_apart;
