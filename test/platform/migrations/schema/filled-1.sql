insert into usertable (username, password, role)
values ('ana', 'hash', 'customer'), ('seed-user-1', 'hash', 'admin');

insert into customertable (name, username, number, email)
values ('Ana Lee', 'ana', '9000000001', 'ana@example.com');

insert into seat (seat_number, seat_type)
values ('A1', 'Standard'), ('A2', 'Standard'), ('F1', 'Deluxe');

insert into slot (name, start_time, end_time)
values ('Morning', '08:30', '11:30');

insert into show (movie_id, date, slot_id, cost)
values ('tt6644200', '2025-04-27', 1, 200.50);

insert into admin_booked_customer (name, number)
values ('Walter', '9000000011'), ('Wilma', '9000000012'), ('Nobody', '9000000013');

insert into booking (date, show_id, customer_id, no_of_seats, amount_paid, status, booking_time, payment_type)
values
  ('2025-04-27', 1, 1, 1, 200.50, 'Confirmed', '2025-04-20 10:00', 'Cash'),
  ('2025-04-27', 1, 1, 1, 200.50, 'CheckedIn', '2025-04-21 11:00', ' CARD'),
  ('2025-04-27', 1, 2, 1, 350.50, 'Confirmed', '2025-04-22 12:00', 'upi'),
  ('2025-04-27', 1, null, 1, 200.50, 'Pending', '2025-04-23 13:00', 'cash');

insert into booking_seat_mapping (booking_id, seat_number)
values (1, 'A1'), (2, 'A2'), (3, 'F1');
