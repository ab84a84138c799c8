create type payment_mode_enum as enum ('Cash', 'Card');

-- The column took any text: what is not cash was paid without it.
alter table booking
  alter column payment_type drop default,
  alter column payment_type type payment_mode_enum using (
    case lower(trim(payment_type))
      when 'cash' then 'Cash'
      else 'Card'
    end
  )::payment_mode_enum,
  alter column payment_type set default 'Cash';
