drop table ticket_key;
