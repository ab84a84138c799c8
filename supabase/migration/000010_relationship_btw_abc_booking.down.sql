alter table admin_booked_customer
  drop constraint fk_admin_customer_booking;

alter table booking
  drop constraint unique_customer_id;

-- The link points the other way again, so no booking may point to a customer that was never written.
insert into admin_booked_customer (id, name, number)
select booking.customer_id, 'Unknown', '0000000000'
from booking
where booking.customer_id is not null
  and not exists (select from admin_booked_customer as customer where customer.id = booking.customer_id);

select setval(
  pg_get_serial_sequence('admin_booked_customer', 'id'),
  greatest(max(id), nextval(pg_get_serial_sequence('admin_booked_customer', 'id')))
)
from admin_booked_customer;

alter table booking
  add constraint fk_booking_customer foreign key (customer_id) references admin_booked_customer (id);
