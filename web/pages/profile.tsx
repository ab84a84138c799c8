import { useState } from 'preact/hooks';
import { changePassword, changeProfile, readProfile, type Profile } from '../api/routes.ts';
import { announce } from '../parts/announce.tsx';
import { Input } from '../parts/field.tsx';
import { Form, type Faults } from '../parts/form.tsx';
import { useKeptFocus } from '../parts/kept-focus.ts';
import { Bones, Shown, useLoaded } from '../parts/loading.tsx';
import { LogOut } from '../parts/log-out.tsx';
import { ForUsers, Page } from '../parts/page.tsx';
import { ProfilePicture } from '../parts/profile-picture.tsx';
import { dayOf } from '../text/formats.ts';
import { text } from '../text/text.ts';

/** `/app/profile`. */
export function ProfilePage() {
  return <ForUsers why={text.session.toPage}>{() => <LoadedProfile />}</ForUsers>;
}

function LoadedProfile() {
  const profile = useLoaded(readProfile, 'profile');
  return (
    <Page title={text.account.title} kind="profile-page">
      <Shown of={profile} skeleton={<Bones count={3} kind="line-bone" />}>
        {(data) => (
          <div class="columns">
            <section class="card">
              <ProfilePicture name={data.name} />
              <p class="hint">
                {data.username} · {data.created_at && text.account.since(dayOf(data.created_at))}
              </p>
              <LogOut home="/app/" />
            </section>
            <Details profile={data} onDone={profile.reload} />
            <PasswordForm />
          </div>
        )}
      </Shown>
      {profile.failure && <LogOut home="/app/" />}
    </Page>
  );
}

function Details({ profile, onDone }: { profile: Profile; onDone: () => void }) {
  const words = text.account;
  const [isDone, setDone] = useState(false);
  const [turn, setTurn] = useState(0);
  const send = async (fields: Record<string, string>) => {
    setDone(false);
    const missing = ['name', 'email', 'phone_number', 'security_answer'].filter(
      (name) => !fields[name]?.trim(),
    );
    if (missing.length > 0)
      return { faults: Object.fromEntries(missing.map((name) => [name, text.required])) };
    const field = (name: string) => fields[name]?.trim() ?? '';
    const { failure } = await changeProfile({
      name: field('name'),
      email: field('email'),
      phone_number: field('phone_number'),
      security_answer: field('security_answer'),
    });
    if (failure) return { failure, faults: faultOfCode(failure.kind === 'refused' ? failure : undefined) };
    setDone(true);
    setTurn((before) => before + 1);
    announce(words.detailsDone);
    onDone();
    return undefined;
  };
  return (
    <section class="card" aria-labelledby="details">
      <h2 id="details">{words.details}</h2>
      {isDone && <p class="notice good">{words.detailsDone}</p>}
      <Form send={send} submit={text.save}>
        {(faults) => <DetailFields faults={faults} profile={profile} turn={turn} />}
      </Form>
    </section>
  );
}

type DetailProps = { faults: Faults; profile: Profile; turn: number };

function DetailFields({ faults, profile, turn }: DetailProps) {
  const words = text.account;
  const to = (name: string) => ({ name, fault: faults[name] });
  return (
    <>
      <Input {...to('name')} label={words.name} defaultValue={profile.name} autocomplete="name" dir="auto" />
      <Input
        {...to('email')}
        label={words.email}
        defaultValue={profile.email}
        type="email"
        autocomplete="email"
      />
      <Input
        {...to('phone_number')}
        label={words.phone}
        defaultValue={profile.phone_number}
        type="tel"
        autocomplete="tel-national"
      />
      {/* Another input each time: the answer does not stay in the page. */}
      <Input
        key={turn}
        {...to('security_answer')}
        label={words.answer}
        hint={words.answerHint}
        autocomplete="off"
        dir="auto"
      />
    </>
  );
}

const FIELD_OF_CODE: Record<string, string> = {
  INVALID_SECURITY_ANSWER: 'security_answer',
  EMAIL_EXISTS: 'email',
  NUMBER_EXISTS: 'phone_number',
};

function faultOfCode(refused: { code: string; message: string } | undefined): Faults {
  const field = refused && FIELD_OF_CODE[refused.code];
  return refused && field ? { [field]: refused.message } : {};
}

function PasswordForm() {
  const words = text.account;
  const part = useKeptFocus<HTMLElement>();
  const [turn, setTurn] = useState(0);
  const send = async ({ current_password = '', new_password = '' }: Record<string, string>) => {
    const missing = {
      ...(!current_password && { current_password: text.required }),
      ...(!new_password && { new_password: text.required }),
    };
    if (Object.keys(missing).length > 0) return { faults: missing };
    const { failure } = await changePassword({ current_password, new_password });
    if (failure) return { failure };
    announce(words.passwordDone);
    // Passwords do not stay in the page.
    setTurn((before) => before + 1);
    return undefined;
  };
  return (
    <section ref={part} class="card" aria-labelledby="change-password" tabIndex={-1}>
      <h2 id="change-password">{words.changePassword}</h2>
      {turn > 0 && <p class="notice good">{words.passwordDone}</p>}
      <Form key={turn} send={send} submit={words.changePassword}>
        {(faults) => (
          <>
            <Input
              name="current_password"
              label={words.currentPassword}
              fault={faults['current_password']}
              type="password"
              autocomplete="current-password"
            />
            <Input
              name="new_password"
              label={words.newPassword}
              hint={words.passwordHint}
              fault={faults['new_password']}
              type="password"
              autocomplete="new-password"
            />
          </>
        )}
      </Form>
    </section>
  );
}
