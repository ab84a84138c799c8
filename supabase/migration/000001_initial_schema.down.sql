drop table booking_seat_mapping;
drop table booking;
drop table show;
drop table slot;
drop table seat;
drop table admin_booked_customer;
drop table customertable;
drop table stafftable;
drop table password_history;
drop table usertable;

drop type booking_status;
drop type user_role_enum;
