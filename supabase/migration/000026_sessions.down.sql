alter table usertable
  drop column excepted_session,
  drop column session_version;
