alter table pending_booking_tracker drop column extended_at;
