-- Sessions whose token was good when they were ended by a logout, for as long as it would have been.
create table ended_session (
  username varchar(30) not null,
  session_id text not null,
  expires_at timestamptz not null,
  primary key (username, session_id)
);

comment on table ended_session is 'Sessions that were ended by a logout, until their tokens expire by themselves';
