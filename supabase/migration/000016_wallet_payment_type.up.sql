-- Its down leaves the value behind, so that it may be there already.
alter type payment_mode_enum add value if not exists 'Wallet';
