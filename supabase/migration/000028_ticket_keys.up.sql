-- Keys that sign tickets where the settings give none; made by the program at its first start.
create table ticket_key (
  id varchar(16) primary key,
  secret varchar(128) not null,
  created_at timestamptz not null default now()
);
