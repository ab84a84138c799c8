alter table booking
  drop constraint check_customer_type;

-- The older schema knows a booking's customer by name and number alone.
with theirs as (
  select
    booking.id as booking_id,
    customer.name,
    customer.number,
    nextval(pg_get_serial_sequence('admin_booked_customer', 'id')) as customer_id
  from booking
  join customertable as customer on customer.username = booking.customer_username
), added as (
  insert into admin_booked_customer (id, name, number)
  select customer_id, name, number
  from theirs
)
update booking
set customer_id = theirs.customer_id
from theirs
where booking.id = theirs.booking_id;

alter table booking
  drop column customer_username;
