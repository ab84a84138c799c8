drop trigger email_twin_moves on customertable;
drop function email_twin_moves();
drop index customertable_email_any_case_key;
alter table customertable drop column email_twin;
drop function email_key(text);
