-- Without this table only a user's version ends sessions: all of those who logged out lately.
update usertable
set session_version = session_version + 1,
    excepted_session = null
where username in (select username from ended_session);

drop table ended_session;
