alter table usertable
  drop column created_at;
