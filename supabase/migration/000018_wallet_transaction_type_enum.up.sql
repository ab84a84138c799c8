create type wallet_transaction_type as enum ('ADD', 'DEDUCT');
