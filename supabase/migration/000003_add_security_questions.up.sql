create table security_questions (
  id serial primary key,
  question text not null
);

insert into security_questions (question)
values
  ('What was the name of your first pet?'),
  ('What was your childhood nickname?'),
  ('In what city or town was your first job?'),
  ('What is the name of your favorite childhood friend?'),
  ('What is your mother''s maiden name?'),
  ('What high school did you attend?'),
  ('What was the make of your first car?'),
  ('What is your favorite movie?'),
  ('What is your favorite book?'),
  ('What was the street you lived on in third grade?');

-- Customers from before there were questions get the first one and a hash that no answer fits.
alter table customertable
  add column security_question_id integer not null default 1 references security_questions (id),
  add column security_answer_hash text not null default '';

alter table customertable
  alter column security_question_id drop default,
  alter column security_answer_hash drop default;

create index idx_security_question_id on customertable (security_question_id);
