drop table check_in;
alter table booking drop column ticket_nonce;
