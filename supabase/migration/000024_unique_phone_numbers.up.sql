-- One phone number, one customer. Numbers that several customers share already are named and left as they are;
-- the index spares them, and holds for all others.
do $$
declare
  shared text;
begin
  select string_agg(quote_literal(number), ', ' order by number) into shared
  from (select number from customertable group by number having count(*) > 1) twice;

  if shared is null then
    create unique index customertable_number_key on customertable (number);
  else
    raise warning 'phone numbers shared by several customers, left as they are: %', shared;
    execute format('create unique index customertable_number_key on customertable (number) where number not in (%s)', shared);
  end if;
end
$$;
