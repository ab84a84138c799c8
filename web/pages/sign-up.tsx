import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { readQuestions, signUp } from '../api/routes.ts';
import { Field, Input } from '../parts/field.tsx';
import { Form, type Faults } from '../parts/form.tsx';
import { Bones, Shown, useLoaded } from '../parts/loading.tsx';
import { LogIn } from '../parts/log-in.tsx';
import { Page } from '../parts/page.tsx';
import { PictureField } from '../parts/picture-field.tsx';
import { drawInitials, pictureToSend } from '../parts/picture.ts';
import { text } from '../text/text.ts';
import { user } from '../api/session.ts';
import { AfterLogIn } from './log-in.tsx';

const NEEDED = ['name', 'username', 'password', 'number', 'email', 'security_question_id', 'security_answer'];
/** Which field a refusal without a field is about. */
const FIELD_OF_CODE: Record<string, string> = {
  USERNAME_EXISTS: 'username',
  EMAIL_EXISTS: 'email',
  MOBILENUMBER_EXISTS: 'number',
  INVALID_SECURITY_QUESTION: 'security_question_id',
  INVALID_IMAGE: 'profile_img',
  FILE_TOO_LARGE: 'profile_img',
};

/** `/app/sign-up`. */
export function SignUpPage() {
  const words = text.account;
  const welcome = useSignal<{ username: string; name: string } | undefined>(undefined);
  if (user.value) return <AfterLogIn />;
  return (
    <Page title={welcome.value ? text.session.title : words.signUpTitle} kind="narrow">
      {welcome.value ? (
        <section class="card">
          <p class="notice good" role="status">
            {words.signUpDone(welcome.value.name)}
          </p>
          <LogIn username={welcome.value.username} isOnlyForm />
        </section>
      ) : (
        <section class="card">
          <SignUpForm onDone={(made) => (welcome.value = made)} />
          <p class="aside">
            {words.haveOne} <a href="/app/log-in">{text.session.title}</a>
          </p>
        </section>
      )}
    </Page>
  );
}

function SignUpForm({ onDone }: { onDone: (made: { username: string; name: string }) => void }) {
  const picture = useRef<File | undefined>(undefined);
  const send = async (fields: Record<string, string>) => {
    const missing = NEEDED.filter((name) => !fields[name]?.trim());
    if (missing.length > 0)
      return { faults: Object.fromEntries(missing.map((name) => [name, text.required])) };
    const field = (name: string) => fields[name] ?? '';
    const sent = await pictureToSend(picture.current ?? (await drawInitials(field('name'))));
    const { data, failure } = await signUp({
      name: field('name').trim(),
      username: field('username').trim(),
      password: field('password'),
      number: field('number').trim(),
      email: field('email').trim(),
      security_question_id: Number(field('security_question_id')),
      security_answer: field('security_answer'),
      ...sent,
    });
    if (data) onDone(data);
    const place = failure?.kind === 'refused' ? FIELD_OF_CODE[failure.code] : undefined;
    const faults: Faults = place && failure?.kind === 'refused' ? { [place]: failure.message } : {};
    return { failure, faults };
  };
  return (
    <Form send={send} submit={text.account.signUp}>
      {(faults) => <SignUpFields faults={faults} onPicture={(file) => (picture.current = file)} />}
    </Form>
  );
}

type FieldsProps = { faults: Faults; onPicture: (file: File | undefined) => void };

function SignUpFields({ faults, onPicture }: FieldsProps) {
  const words = text.account;
  const to = (name: string) => ({ name, fault: faults[name] });
  return (
    <>
      <Input {...to('name')} label={words.name} hint={words.nameHint} autocomplete="name" dir="auto" />
      <Input
        {...to('username')}
        label={words.username}
        hint={words.usernameHint}
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
      />
      <Input
        {...to('password')}
        label={words.password}
        hint={words.passwordHint}
        type="password"
        autocomplete="new-password"
      />
      <Input {...to('email')} label={words.email} type="email" autocomplete="email" />
      <Input
        {...to('number')}
        label={words.phone}
        hint={words.phoneHint}
        type="tel"
        autocomplete="tel-national"
      />
      <QuestionField fault={faults['security_question_id']} />
      <Input {...to('security_answer')} label={words.answer} autocomplete="off" dir="auto" />
      <PictureField fault={faults['profile_img']} onPicture={onPicture} />
    </>
  );
}

function QuestionField({ fault }: { fault: string | undefined }) {
  const words = text.account;
  const questions = useLoaded(readQuestions, 'questions');
  return (
    <Shown of={questions} skeleton={<Bones count={1} kind="line-bone" />}>
      {(all) => (
        <Field label={words.question} hint={words.questionHint} fault={fault}>
          {(tie) => (
            <select {...tie} name="security_question_id">
              <option value="">{words.chooseQuestion}</option>
              {all.map(({ id, question }) => (
                <option key={id} value={id}>
                  {question}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
    </Shown>
  );
}
