drop table payment_transaction;
