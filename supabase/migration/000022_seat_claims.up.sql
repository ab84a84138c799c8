-- A seat row carries its show and the end of its hold, so that one unique constraint and one guarded statement
-- decide who has a seat. Without held_until a seat is sold.

alter table booking_seat_mapping
  add column show_id bigint,
  add column held_until timestamptz;

alter table pending_booking_tracker
  add column paying_until timestamptz,
  add column seats_marked boolean not null default false;

comment on column booking_seat_mapping.show_id is
  'The show of the booking; null only for a seat sold twice before this migration, in a show that was over';
comment on column booking_seat_mapping.held_until is 'When the seat is free again; null: sold';
comment on column pending_booking_tracker.paying_until is 'Lease of a payment under way; the seats are kept till its end';
comment on column pending_booking_tracker.seats_marked is
  'The writer of this row gave its seats their held_until, so that the trigger need not';

-- Whether a show is over is judged in the cinema's time zone, which the program hands over in skyfox.time_zone.
do $$
declare
  zone text := coalesce(nullif(current_setting('skyfox.time_zone', true), ''), current_setting('TimeZone'));
  doubles bigint;
begin
  select count(*) into doubles
  from (
    select booking.show_id, seat.seat_number
    from booking_seat_mapping seat
    join booking on booking.id = seat.booking_id
    join show on show.id = booking.show_id
    join slot on slot.id = show.slot_id
    where (show.date + slot.end_time
      + case when slot.end_time <= slot.start_time then interval '1 day' else interval '0' end)
      at time zone zone > now()
    group by booking.show_id, seat.seat_number
    having count(*) > 1
  ) sold_twice;
  if doubles > 0 then
    raise exception '% seats of coming shows are sold twice: run npm run migrate -- up, which lists them', doubles;
  end if;
end
$$;

update booking_seat_mapping seat
set show_id = earliest.show_id,
    held_until = earliest.held_until
from (
  select seat.id, booking.show_id,
    case when booking.status = 'Pending' then
      coalesce(tracker.expiration_time, booking.booking_time + interval '5 minutes')
    end as held_until,
    row_number() over (
      partition by booking.show_id, seat.seat_number
      order by booking.booking_time, booking.id, seat.id
    ) as place
  from booking_seat_mapping seat
  join booking on booking.id = seat.booking_id
  left join pending_booking_tracker tracker on tracker.booking_id = booking.id
) earliest
where earliest.id = seat.id
  and earliest.place = 1;

alter table booking_seat_mapping
  add constraint unique_show_seat unique (show_id, seat_number);

-- Ends a statement that could not claim all the seats it wants, so that nothing of it stays.
create function refuse_claim() returns boolean
language plpgsql volatile as $$
begin
  raise exception 'not all the seats could be claimed' using errcode = 'SF001';
end
$$;

-- Rows written by tools that do not know of show_id and held_until get both.
create function complete_seat_row() returns trigger
language plpgsql as $$
begin
  select booking.show_id,
    case when booking.status = 'Pending' then
      coalesce(new.held_until, greatest(tracker.expiration_time, tracker.paying_until),
        booking.booking_time + interval '5 minutes')
    end
  into new.show_id, new.held_until
  from booking
  left join pending_booking_tracker tracker on tracker.booking_id = booking.id
  where booking.id = new.booking_id;
  return new;
end
$$;

create trigger seat_row_is_complete
before insert on booking_seat_mapping
for each row when (new.show_id is null)
execute function complete_seat_row();

-- A seat of a booking that is paid for has no end, whoever writes one.
create function keep_sold_seat() returns trigger
language plpgsql as $$
begin
  if exists (select from booking where id = new.booking_id and status <> 'Pending') then
    new.held_until := null;
  end if;
  return new;
end
$$;

create trigger sold_seat_has_no_end
before update of held_until on booking_seat_mapping
for each row when (new.held_until is not null and new.booking_id = old.booking_id)
execute function keep_sold_seat();

-- The tracker is the end of a hold; its seats follow. They are locked in the order in which everybody locks them.
create function carry_hold_to_seats() returns trigger
language plpgsql as $$
begin
  perform from booking_seat_mapping
  where booking_id = new.booking_id
  order by seat_number
  for update;

  update booking_seat_mapping seat
  set held_until = greatest(new.expiration_time, new.paying_until)
  from booking
  where seat.booking_id = new.booking_id
    and booking.id = new.booking_id
    and booking.status = 'Pending'
    and seat.held_until is distinct from greatest(new.expiration_time, new.paying_until);
  return null;
end
$$;

create trigger seats_follow_new_hold
after insert on pending_booking_tracker
for each row when (not new.seats_marked)
execute function carry_hold_to_seats();

create trigger seats_follow_hold
after update of expiration_time, paying_until on pending_booking_tracker
for each row when (old.expiration_time is distinct from new.expiration_time
  or old.paying_until is distinct from new.paying_until)
execute function carry_hold_to_seats();

-- A booking that is paid for keeps its seats for good; one that moves to another show takes them along.
create function settle_seats_of_booking() returns trigger
language plpgsql as $$
begin
  update booking_seat_mapping
  set show_id = case when new.show_id is distinct from old.show_id then new.show_id else show_id end,
      held_until = case when new.status = 'Pending' then held_until end
  where booking_id = new.id
    and (new.show_id is distinct from old.show_id or held_until is not null);
  return null;
end
$$;

create trigger seats_follow_booking
after update of status, show_id on booking
for each row when (new.show_id is distinct from old.show_id
  or (new.status <> 'Pending' and old.status = 'Pending'))
execute function settle_seats_of_booking();

create index pending_booking_tracker_expiration_time on pending_booking_tracker (expiration_time);

-- What was there before this program, and is not its to answer for.
create table take_over (
  id boolean primary key default true check (id),
  last_booking_id bigint not null,
  last_payment_id bigint not null,
  taken_over_at timestamptz not null default now()
);

insert into take_over (last_booking_id, last_payment_id)
select coalesce((select max(id) from booking), 0), coalesce((select max(id) from payment_transaction), 0);
