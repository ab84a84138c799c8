drop table pending_booking_tracker;
