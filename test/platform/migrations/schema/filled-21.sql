insert into usertable (username, password, role)
values ('ana', 'hash', 'customer'), ('ben', 'hash', 'customer'), ('staff-1', 'hash', 'staff');

insert into password_history (username, previous_password_1)
values ('ana', 'hash'), ('ben', 'hash');

insert into stafftable (name, username, counter_no)
values ('Staff One', 'staff-1', 501);

insert into security_questions (id, question)
values (1, 'What was the name of your first pet?')
on conflict do nothing;

insert into customertable (name, username, number, email, security_question_id, security_answer_hash)
values
  ('Ana Lee', 'ana', '9000000001', 'ana@example.com', 1, 'hash'),
  ('Ben Roy', 'ben', '9000000002', 'ben@example.com', 1, 'hash');

insert into password_reset_tokens (email, token, created_at, expires_at)
values ('ana@example.com', 'token', '2025-04-27 10:00', '2025-04-27 10:05');

insert into seat (seat_number, seat_type)
select row || number, case when row < 'F' then 'Standard' else 'Deluxe' end
from unnest(string_to_array('A B C D E F G H I J', ' ')) as row, generate_series(1, 10) as number;

insert into slot (name, start_time, end_time)
values ('Morning', '08:30', '11:30');

insert into show (movie_id, date, slot_id, cost)
values ('tt6644200', '2025-04-27', 1, 200.50), ('tt6644200', '2025-04-28', 1, 200.50);

insert into booking (
  date, show_id, customer_id, customer_username, no_of_seats, amount_paid, status, booking_time, payment_type
)
values
  ('2025-04-27', 1, null, 'ana', 2, 401.00, 'Confirmed', '2025-04-20 10:00+00', 'Wallet'),
  ('2025-04-27', 1, 1, null, 1, 350.50, 'CheckedIn', '2025-04-21 11:00+00', 'Cash'),
  ('2025-04-28', 2, null, 'ben', 1, 200.50, 'Confirmed', '2025-04-22 12:00+00', 'Card'),
  ('2025-04-28', 2, 2, null, 1, 200.50, 'Confirmed', '2025-04-23 13:00+00', 'Cash'),
  ('2025-04-28', 2, null, 'ana', 1, 200.50, 'Pending', '2025-04-24 14:00+00', 'Card');

insert into admin_booked_customer (name, number, booking_id)
values ('Walter', '9000000011', 2), ('Wilma', '9000000012', 4);

insert into booking_seat_mapping (booking_id, seat_number)
values (1, 'A1'), (1, 'A2'), (2, 'F1'), (3, 'A1'), (4, 'A2'), (5, 'A3');

insert into payment_transaction (booking_id, transaction_id, payment_method, amount, status)
values (1, 'txn-1', 'Wallet', 401.00, 'Completed'), (3, 'txn-2', 'Card', 200.50, 'Completed');

insert into pending_booking_tracker (booking_id, expiration_time)
values (5, '2025-04-24 14:05+00');

insert into customer_wallet (username, balance)
values ('ana', 99.00), ('ben', 0.00);

insert into wallet_transaction (wallet_id, username, booking_id, transaction_id, amount, transaction_type)
values (1, 'ana', null, 'txn-0', 500.00, 'ADD'), (1, 'ana', 1, 'txn-1', 401.00, 'DEDUCT');
