drop trigger only_closing_closes on revenue_closing;
drop trigger emptying_recounts_revenue on revenue_month;
drop trigger change_recounts_revenue on revenue_month;
drop function keep_revenue_open();
drop function recount_revenue();
drop function booking_writers_have_ended();

-- What was closed stays right only as long as these functions watch it.
update revenue_closing
set open_from = '-infinity';

delete from revenue_month;

alter table revenue_closing
  drop column all_watch,
  drop column watch,
  drop column watched_before,
  drop column watched_until;

alter table revenue_month
  drop column id;

create or replace function reopen_revenue(touched timestamptz) returns void
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

create or replace function reopen_revenue_of_booking() returns trigger
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

create or replace function reopen_revenue_of_show() returns trigger
language plpgsql as $$
begin
  perform reopen_revenue((select min(booking_time) from booking where show_id = new.id));
  return null;
end
$$;

create or replace function reopen_all_revenue() returns trigger
language plpgsql as $$
begin
  update revenue_closing set open_from = '-infinity';
  return null;
end
$$;

create or replace function close_revenue_month(zone text) returns boolean
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

drop function revenue_watched_before();
