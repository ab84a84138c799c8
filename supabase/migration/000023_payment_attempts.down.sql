-- Money that is open is not thrown away: an attempt of which nobody knows the end, a charge without a booking. What is
-- settled the program writes to a file before it goes (npm run migrate -- down).
do $$
declare
  money bigint;
begin
  select count(*) into money
  from payment_transaction payment
  where payment.resolution is null
    and (payment.status in ('Processing', 'Unknown')
      or (payment.status = 'Completed'
        and payment.booking_id is null
        and not exists (
          select from wallet_transaction history
          where history.transaction_id = payment.transaction_id
        )));
  if money > 0 then
    raise exception 'going back would lose % payment attempts without a booking or a known outcome: reconcile them first', money;
  end if;
end
$$;

delete from payment_transaction where booking_id is null;
update payment_transaction set transaction_id = attempt_id::text where transaction_id is null;

drop index payment_transaction_unknown;
drop index payment_transaction_under_way;
drop index payment_transaction_attempt_id;

alter table payment_transaction
  drop constraint fk_payment_transaction_booking,
  alter column booking_id set not null,
  alter column transaction_id set not null,
  add constraint fk_payment_transaction_booking
    foreign key (booking_id) references booking (id) on delete cascade,
  drop column resolved_at,
  drop column resolved_by,
  drop column resolution,
  drop column reason,
  drop column lease_until,
  drop column seat_numbers,
  drop column show_id,
  drop column original_booking_id,
  drop column purpose,
  drop column customer_username,
  drop column attempt_id;
