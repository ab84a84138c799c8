import { ownerOf } from '../auth/auth.ts';
import { execute, many, maybeOne, one, sql, type Sql, type Tx } from '../platform/database/db.ts';

export type Question = { id: number; question: string };

export async function listQuestions(on: Sql): Promise<Question[]> {
  return many<Question>(
    on,
    sql`
    select id, question
    from security_questions
    order by id`,
  );
}

/** The customer of an e-mail address in any case, with their security question. */
export type CustomerWithQuestion = {
  username: string;
  email: string;
  answerHash: string;
  questionId: number;
  question: string;
};

export async function findByEmail(on: Sql, email: string): Promise<CustomerWithQuestion | undefined> {
  return maybeOne<CustomerWithQuestion>(
    on,
    sql`
    select customer.username, customer.email, customer.security_answer_hash as "answerHash",
      asked.id as "questionId", asked.question
    from customertable customer
    join security_questions asked on asked.id = customer.security_question_id
    where customer.username = ${ownerOf(email)}`,
  );
}

export type Profile = {
  username: string;
  name: string;
  email: string;
  number: string;
  pictureUrl: string | null;
  answerHash: string;
  createdAt: Date | null;
};

export async function findProfile(on: Sql, username: string): Promise<Profile | undefined> {
  return maybeOne<Profile>(
    on,
    sql`
    select customer.username, customer.name, customer.email, customer.number,
      nullif(customer.profile_img, '') as "pictureUrl", customer.security_answer_hash as "answerHash",
      usertable.created_at as "createdAt"
    from customertable customer
    join usertable on usertable.username = customer.username
    where customer.username = ${username}`,
  );
}

export type NewCustomer = {
  username: string;
  name: string;
  email: string;
  number: string;
  questionId: number;
  answerHash: string;
  pictureUrl: string;
};
export type SignUpFaults = {
  usernameTaken: boolean;
  emailTaken: boolean;
  numberTaken: boolean;
  questionExists: boolean;
};

/** The existing values with which a sign-up collides now. */
export async function readSignUpFaults(
  on: Sql,
  wish: Pick<NewCustomer, 'username' | 'email' | 'number' | 'questionId'>,
): Promise<SignUpFaults> {
  return one<SignUpFaults>(
    on,
    sql`
    select exists (select from usertable where username = ${wish.username}) as "usernameTaken",
      exists (select from customertable where email_key(email) = email_key(${wish.email})) as "emailTaken",
      exists (select from customertable where number = ${wish.number}) as "numberTaken",
      exists (select from security_questions where id = ${wish.questionId}::bigint) as "questionExists"`,
  );
}

export async function insertCustomer(tx: Tx, customer: NewCustomer): Promise<void> {
  const { username, name, email, number, questionId, answerHash, pictureUrl } = customer;
  await execute(
    tx,
    sql`
    insert into customertable
      (username, name, email, number, security_question_id, security_answer_hash, profile_img)
    values (${username}, ${name}, ${email}, ${number}, ${questionId}, ${answerHash}, ${pictureUrl})`,
  );
}

export type Contact = { username: string; name: string; email: string; number: string };
export type ContactFaults = { emailChanges: boolean; emailTaken: boolean; numberTaken: boolean };

/**
 * The conflicts that keep a customer from taking new details. Locks the customer. An unchanged e-mail or
 * number is not a conflict, although another customer may have it from before both were unique.
 */
export async function lockContact(tx: Tx, wish: Contact): Promise<ContactFaults | undefined> {
  const { username, email, number } = wish;
  return maybeOne<ContactFaults>(
    tx,
    sql`
    select customer.email <> ${email} as "emailChanges",
      email_key(customer.email) <> email_key(${email}) and exists (
        select from customertable other
        where email_key(other.email) = email_key(${email})
      ) as "emailTaken",
      customer.number <> ${number} and exists (
        select from customertable other
        where other.number = ${number} and other.username <> customer.username
      ) as "numberTaken"
    from customertable customer
    where customer.username = ${username}
    for no key update of customer`,
  );
}

export async function updateContact(tx: Tx, { username, name, email, number }: Contact): Promise<void> {
  await execute(
    tx,
    sql`
    update customertable
    set name = ${name}, email = ${email}, number = ${number}
    where username = ${username}`,
  );
}

/** Records a picture. Returns the previous picture, if any. */
export async function replacePicture(
  on: Sql,
  username: string,
  url: string,
): Promise<{ before: string | null } | undefined> {
  return maybeOne<{ before: string | null }>(
    on,
    sql`
    with locked as (
      select id, nullif(profile_img, '') as before
      from customertable
      where username = ${username}
      for no key update
    )
    update customertable
    set profile_img = ${url}
    from locked
    where customertable.id = locked.id
    returning locked.before`,
  );
}
