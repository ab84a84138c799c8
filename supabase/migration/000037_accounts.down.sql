drop trigger no_accounts_are_told_apart on usertable;
drop trigger accounts_are_told_apart on usertable;
drop function end_all_accounts();
drop function tell_accounts_apart();
drop table ended_account;

alter table take_over
  drop column went_back_at;

alter table usertable
  drop column keyless_since,
  drop column account_key;

-- Older versions cannot hold which sessions this program ended. The next up reads this, and lets none of them begin
-- again; on the books too, since going back to 0 drops the table.
do $$
declare
  note text := format(
    'tokens without a key that were issued before %s are over',
    to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
  );
begin
  execute format('comment on table usertable is %L', note);
  if to_regclass('pgmigrations') is not null then
    execute format('comment on column pgmigrations.run_on is %L', note);
  end if;
end
$$;
