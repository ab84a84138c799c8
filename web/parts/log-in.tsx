import { logIn } from '../api/routes.ts';
import { begin } from '../api/session.ts';
import { text } from '../text/text.ts';
import { Form } from './form.tsx';
import { Input } from './field.tsx';

type LogInProps = { username?: string; isOnlyForm?: boolean; onOther?: () => void };

/** Logs in within the page. `onOther` is called if another user has logged in. */
export function LogIn({ username, isOnlyForm = false, onOther }: LogInProps) {
  const words = text.session;
  const send = async (fields: Record<string, string>) => {
    const missing = ['username', 'password'].filter((name) => !fields[name]?.trim());
    if (missing.length > 0)
      return { faults: Object.fromEntries(missing.map((name) => [name, text.required])) };
    const { data, failure } = await logIn(fields['username']?.trim() ?? '', fields['password'] ?? '');
    if (!data) return { failure };
    if (!begin(data).isSameUser) onOther?.();
    return undefined;
  };
  return (
    <>
      <Form send={send} submit={words.title} says={{ INVALID_CREDENTIALS: words.wrong }}>
        {(faults) => (
          <>
            <Input
              name="username"
              label={words.username}
              fault={faults['username']}
              defaultValue={username ?? ''}
              autocomplete="username"
              autocapitalize="none"
              spellcheck={false}
            />
            <Input
              name="password"
              label={words.password}
              fault={faults['password']}
              type="password"
              autoFocus={username !== undefined}
              autocomplete="current-password"
            />
          </>
        )}
      </Form>
      {!isOnlyForm && (
        <p class="aside">
          {words.noAccount} <a href="/app/sign-up">{words.signUp}</a>
          <br />
          <a href="/app/recover">{words.forgotten}</a>
        </p>
      )}
    </>
  );
}
