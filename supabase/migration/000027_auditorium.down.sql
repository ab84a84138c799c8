-- Seats and slots stay: shows and bookings hang on them, and the reference keeps the same.
select 1;
