alter table booking
  add column customer_username varchar(30),
  add constraint fk_booking_customer_username
    foreign key (customer_username) references customertable (username) on delete cascade;

-- From now on every booking names its customer: one that names nobody gets a nameless one.
with nameless as (
  select
    id as booking_id,
    nextval(pg_get_serial_sequence('admin_booked_customer', 'id')) as customer_id
  from booking
  where customer_id is null
), added as (
  insert into admin_booked_customer (id, name, number)
  select customer_id, 'Unknown', '0000000000'
  from nameless
)
update booking
set customer_id = nameless.customer_id
from nameless
where booking.id = nameless.booking_id;

alter table booking
  add constraint check_customer_type check (
    (customer_id is not null and customer_username is null)
    or (customer_id is null and customer_username is not null)
  );
