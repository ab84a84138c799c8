alter table admin_booked_customer
  drop constraint fk_admin_customer_booking,
  add column booking_id bigint;

update admin_booked_customer as customer
set booking_id = booking.id
from booking
where booking.customer_id = customer.id;

alter table admin_booked_customer
  add constraint fk_admin_customer_booking
    foreign key (booking_id) references booking (id) on delete cascade;

alter table booking
  drop constraint unique_customer_id;
