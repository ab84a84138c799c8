alter table password_reset_tokens
  drop constraint unique_email_token;
