alter table booking
  drop constraint fk_booking_customer;

-- A customer belongs to one booking from now on: further bookings of the same one get a copy each.
with ranked as (
  select id, customer_id, row_number() over (partition by customer_id order by id) as place
  from booking
  where customer_id is not null
), further as (
  select
    ranked.id as booking_id,
    customer.name,
    customer.number,
    nextval(pg_get_serial_sequence('admin_booked_customer', 'id')) as customer_id
  from ranked
  join admin_booked_customer as customer on customer.id = ranked.customer_id
  where ranked.place > 1
), added as (
  insert into admin_booked_customer (id, name, number)
  select customer_id, name, number
  from further
)
update booking
set customer_id = further.customer_id
from further
where booking.id = further.booking_id;

-- One without a booking has no place in this schema.
delete from admin_booked_customer as customer
where not exists (select from booking where booking.customer_id = customer.id);

alter table booking
  add constraint unique_customer_id unique (customer_id);

alter table admin_booked_customer
  add constraint fk_admin_customer_booking
    foreign key (id) references booking (customer_id) on delete cascade;
