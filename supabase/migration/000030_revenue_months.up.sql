-- What each month took in, closed when it is over, so that a report need not read every booking ever sold. Only the
-- functions below write here: any change to a sale of a closed month opens that month and all after it again.

create table revenue_month (
  month date not null,
  movie_id varchar(30),
  slot_id bigint,
  amount_paid numeric(10, 2) not null,
  bookings bigint not null,
  seats bigint not null,
  constraint revenue_month_key unique nulls not distinct (month, movie_id, slot_id, amount_paid)
);

create table revenue_closing (
  only_row boolean primary key default true check (only_row),
  time_zone text,
  open_from date not null default '-infinity'
);

insert into revenue_closing default values;

comment on table revenue_month is 'How often each amount was paid in a closed month; derived, can be emptied';
comment on column revenue_month.movie_id is 'Null, as is slot_id, in the rows that count the bookings of all shows';
comment on column revenue_closing.time_zone is 'The zone whose months are closed; in another one none is';
comment on column revenue_closing.open_from is 'Months before this one are closed; sales from here on are read one by one';

-- Where clocks go back over midnight, a day begins with the first of its two midnights.
create function day_begins_at(day date, zone text) returns timestamptz
language sql stable as $$
  select case when (midnight - interval '1 hour') at time zone zone >= day then midnight - interval '1 hour' else midnight end
  from (select day::timestamp at time zone zone) last (midnight)
$$;

-- The lock is taken whether or not the month is closed, so that a closing that has begun waits for this transaction
-- to end and then sees its rows.
create function reopen_revenue(touched timestamptz) returns void
language plpgsql as $$
declare
  closing revenue_closing;
begin
  select * into closing from revenue_closing for update;
  if closing.open_from > (touched at time zone closing.time_zone)::date then
    update revenue_closing
    set open_from = date_trunc('month', touched at time zone closing.time_zone)::date;
  end if;
end
$$;

-- A sale of today costs no more than the first condition: what is closed is two weeks old, so what is younger than one
-- cannot be closed before its transaction ends. It is not in the triggers' own conditions, which PostgreSQL reads anew
-- for each statement: that took 15 microseconds a sale, this takes two.
create function reopen_revenue_of_booking() returns trigger
language plpgsql as $$
begin
  if least(old.booking_time, new.booking_time) >= now() - interval '7 days' then
    return null;
  end if;
  if (old.status in ('Confirmed', 'CheckedIn') or new.status in ('Confirmed', 'CheckedIn'))
    and (old.status in ('Confirmed', 'CheckedIn'), old.booking_time, old.amount_paid, old.no_of_seats, old.show_id)
      is distinct from
      (new.status in ('Confirmed', 'CheckedIn'), new.booking_time, new.amount_paid, new.no_of_seats, new.show_id)
  then
    perform reopen_revenue(least(old.booking_time, new.booking_time));
  end if;
  return null;
end
$$;

create function reopen_revenue_of_show() returns trigger
language plpgsql as $$
begin
  perform reopen_revenue((select min(booking_time) from booking where show_id = new.id));
  return null;
end
$$;

create function reopen_all_revenue() returns trigger
language plpgsql as $$
begin
  update revenue_closing set open_from = '-infinity';
  return null;
end
$$;

create trigger sale_may_reopen_revenue
after insert or update or delete on booking
for each row execute function reopen_revenue_of_booking();

create trigger no_sales_reopen_revenue
after truncate on booking
for each statement execute function reopen_all_revenue();

create trigger show_changed_reopens_revenue
after update on show
for each row when ((old.movie_id, old.slot_id) is distinct from (new.movie_id, new.slot_id))
execute function reopen_revenue_of_show();

-- Also in sessions that load rows with triggers off (session_replication_role).
alter table booking
  enable always trigger sale_may_reopen_revenue,
  enable always trigger no_sales_reopen_revenue;
alter table show enable always trigger show_changed_reopens_revenue;

-- Closes the earliest month that is over and not closed yet, one a call; whether there may be another.
create function close_revenue_month(zone text) returns boolean
language plpgsql as $$
declare
  closing revenue_closing;
  -- Younger sales change without a trigger.
  closable_until date := date_trunc('month', (now() - interval '14 days') at time zone zone);
  closes date;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'months are closed in read committed transactions, which see what they waited for';
  end if;
  select * into closing from revenue_closing for update;
  if not found or (closing.time_zone = zone and closing.open_from >= closable_until) then
    return false;
  end if;
  if closing.time_zone is distinct from zone then
    closing.open_from := '-infinity';
  end if;
  delete from revenue_month where month >= closing.open_from;

  select greatest(closing.open_from, date_trunc('month', coalesce(min(booking_time) at time zone zone, closable_until)))
  into closes
  from booking
  where booking_time > '-infinity';
  if closes < closable_until then
    insert into revenue_month (month, movie_id, slot_id, amount_paid, bookings, seats)
    select closes, show.movie_id, show.slot_id, booking.amount_paid, count(*), sum(booking.no_of_seats)
    from booking
    left join show on show.id = booking.show_id
    where booking.status in ('Confirmed', 'CheckedIn')
      and booking.booking_time >= day_begins_at(closes, zone)
      and booking.booking_time < day_begins_at((closes + interval '1 month')::date, zone)
    group by grouping sets ((booking.amount_paid), (show.movie_id, show.slot_id, booking.amount_paid))
    having grouping(show.movie_id) = 1 or show.movie_id is not null;
  end if;
  update revenue_closing
  set time_zone = zone,
      open_from = least(closes + interval '1 month', closable_until);
  return true;
end
$$;
