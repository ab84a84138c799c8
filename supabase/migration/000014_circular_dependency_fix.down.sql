alter table admin_booked_customer
  drop constraint fk_admin_customer_booking;

-- A booking points to its customer again, also where only the customer knew the booking.
with theirs as (
  select booking_id, min(id) as customer_id
  from admin_booked_customer
  where booking_id is not null
  group by booking_id
)
update booking
set customer_id = theirs.customer_id
from theirs
where booking.id = theirs.booking_id
  and booking.customer_username is null
  and not exists (
    select
    from admin_booked_customer as customer
    where customer.id = booking.customer_id
      and customer.booking_id = booking.id
  );

-- Bookings that share a customer's id get a number each, with a copy of the customer where there is one.
with ranked as (
  select
    booking.id,
    booking.customer_id,
    row_number() over (
      partition by booking.customer_id
      order by customer.booking_id is distinct from booking.id, booking.id
    ) as place
  from booking
  left join admin_booked_customer as customer on customer.id = booking.customer_id
  where booking.customer_id is not null
), further as (
  select
    id as booking_id,
    customer_id as shared_id,
    nextval(pg_get_serial_sequence('admin_booked_customer', 'id')) as customer_id
  from ranked
  where place > 1
), added as (
  insert into admin_booked_customer (id, name, number)
  select further.customer_id, customer.name, customer.number
  from further
  join admin_booked_customer as customer on customer.id = further.shared_id
)
update booking
set customer_id = further.customer_id
from further
where booking.id = further.booking_id;

delete from admin_booked_customer as customer
where not exists (select from booking where booking.customer_id = customer.id);

alter table booking
  add constraint unique_customer_id unique (customer_id);

alter table admin_booked_customer
  drop column booking_id,
  add constraint fk_admin_customer_booking
    foreign key (id) references booking (customer_id) on delete cascade;
