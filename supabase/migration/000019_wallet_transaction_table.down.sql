drop table wallet_transaction;
