do $$
begin
  raise notice 'payment_mode_enum keeps the value Wallet: PostgreSQL cannot take back a value of an enum';
end
$$;
