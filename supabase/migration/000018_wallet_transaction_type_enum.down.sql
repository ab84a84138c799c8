drop type wallet_transaction_type;
