delete from password_reset_tokens as older
using password_reset_tokens as newer
where newer.email = older.email
  and newer.token = older.token
  and newer.id > older.id;

alter table password_reset_tokens
  add constraint unique_email_token unique (email, token);
