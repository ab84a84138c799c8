alter table usertable
  add column created_at timestamptz default current_timestamp;
