alter table customertable
  drop column security_question_id,
  drop column security_answer_hash;

drop table security_questions;
