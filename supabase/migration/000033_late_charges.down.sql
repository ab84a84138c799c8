-- What an operator is to settle anew must not be settled as if nothing had been done for it yet.
do $$
declare
  open_again bigint;
begin
  select count(*) into open_again
  from payment_transaction
  where status = 'Unknown'
    and earlier_resolution is not null;
  if open_again > 0 then
    raise exception 'going back would lose what was done for % charges that came back late: reconcile them first', open_again;
  end if;
end
$$;

alter table payment_transaction
  drop column earlier_transaction_id,
  drop column earlier_resolution;
