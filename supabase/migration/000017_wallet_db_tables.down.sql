drop table customer_wallet;
