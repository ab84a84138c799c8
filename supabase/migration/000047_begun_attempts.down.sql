alter table payment_transaction drop column begun_at;
