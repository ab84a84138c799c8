-- A token is good while it carries its user's version; a change of password raises the version and may except the
-- session that made it.
alter table usertable
  add column session_version integer not null default 0,
  add column excepted_session varchar(64);
