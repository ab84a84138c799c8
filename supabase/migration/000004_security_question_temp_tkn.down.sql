drop table password_reset_tokens;
