create table password_reset_tokens (
  id serial primary key,
  email varchar(255) not null,
  token varchar(255) not null,
  created_at timestamp not null,
  expires_at timestamp not null,
  used boolean not null default false
);

create index idx_password_reset_tokens_email on password_reset_tokens (email);
create index idx_password_reset_tokens_token on password_reset_tokens (token);
