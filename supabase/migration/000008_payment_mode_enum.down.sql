alter table booking
  alter column payment_type drop default,
  alter column payment_type type varchar(50),
  alter column payment_type set default 'Cash';

drop type payment_mode_enum;
