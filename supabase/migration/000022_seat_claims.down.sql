drop table take_over;

drop index pending_booking_tracker_expiration_time;

drop trigger seats_follow_booking on booking;
drop trigger seats_follow_hold on pending_booking_tracker;
drop trigger seats_follow_new_hold on pending_booking_tracker;
drop trigger sold_seat_has_no_end on booking_seat_mapping;
drop trigger seat_row_is_complete on booking_seat_mapping;

drop function settle_seats_of_booking();
drop function carry_hold_to_seats();
drop function keep_sold_seat();
drop function complete_seat_row();
drop function refuse_claim();

alter table booking_seat_mapping
  drop constraint unique_show_seat,
  drop column held_until,
  drop column show_id;

alter table pending_booking_tracker
  drop column seats_marked,
  drop column paying_until;
