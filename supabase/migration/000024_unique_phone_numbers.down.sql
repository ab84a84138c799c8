drop index customertable_number_key;
