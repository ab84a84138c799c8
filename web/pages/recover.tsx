import { useSignal } from '@preact/signals';
import { answerQuestion, askQuestion, resetPassword } from '../api/routes.ts';
import { useCountdown } from '../checkout/use-countdown.ts';
import { Input } from '../parts/field.tsx';
import { Form } from '../parts/form.tsx';
import { LogIn } from '../parts/log-in.tsx';
import { Page } from '../parts/page.tsx';
import { minutesAndSeconds } from '../text/formats.ts';
import { text } from '../text/text.ts';

type Step =
  | { kind: 'email' }
  | { kind: 'answer'; email: string; question: string }
  | { kind: 'password'; email: string; token: string; remainingMs: number }
  | { kind: 'over' }
  | { kind: 'done' };
type StepProps<Kind extends Step['kind']> = { step: Extract<Step, { kind: Kind }>; go: (next: Step) => void };

const required = (name: string) => ({ faults: { [name]: text.required } });

/** `/app/recover`: a new password for a customer who answers the security question. */
export function RecoverPage() {
  const step = useSignal<Step>({ kind: 'email' });
  const go = (next: Step) => (step.value = next);
  return (
    <Page title={text.recovery.title} kind="narrow">
      <section class="card" key={step.value.kind}>
        <StepForm step={step.value} go={go} />
      </section>
    </Page>
  );
}

function StepForm({ step, go }: { step: Step; go: (next: Step) => void }) {
  switch (step.kind) {
    case 'email':
      return <EmailStep go={go} />;
    case 'answer':
      return <AnswerStep step={step} go={go} />;
    case 'password':
      return <PasswordStep step={step} go={go} />;
    case 'over':
      return <Over go={go} />;
    default:
      return <Done />;
  }
}

function EmailStep({ go }: Pick<StepProps<'email'>, 'go'>) {
  const send = async ({ email = '' }: Record<string, string>) => {
    if (!email.trim()) return required('email');
    const { data, failure } = await askQuestion(email.trim());
    if (!data) return { failure };
    go({ kind: 'answer', email: data.email, question: data.question });
    return undefined;
  };
  return (
    <>
      <p>{text.recovery.byEmail}</p>
      <Form send={send} submit={text.recovery.next}>
        {(faults) => (
          <Input
            name="email"
            label={text.account.email}
            fault={faults['email']}
            type="email"
            autocomplete="email"
          />
        )}
      </Form>
    </>
  );
}

function AnswerStep({ step: { email, question }, go }: StepProps<'answer'>) {
  const send = async ({ security_answer = '' }: Record<string, string>) => {
    if (!security_answer.trim()) return required('security_answer');
    const { data, failure } = await answerQuestion({ email, security_answer });
    if (!data) return { failure };
    go({ kind: 'password', email, token: data.reset_token, remainingMs: data.expires_in_seconds * 1_000 });
    return undefined;
  };
  return (
    <>
      <h2 dir="auto">{question}</h2>
      <Form send={send} submit={text.recovery.check}>
        {(faults) => (
          <Input
            name="security_answer"
            label={text.recovery.answerTo}
            fault={faults['security_answer']}
            autocomplete="off"
            dir="auto"
          />
        )}
      </Form>
    </>
  );
}

const timeLeft = (ms: number) => text.recovery.timeLeft(minutesAndSeconds(ms));

function PasswordStep({ step: { email, token, remainingMs }, go }: StepProps<'password'>) {
  const left = useCountdown(remainingMs, { spoken: timeLeft, onOver: () => go({ kind: 'over' }) });
  const send = async ({ new_password = '' }: Record<string, string>) => {
    if (!new_password) return required('new_password');
    const { failure } = await resetPassword({ email, reset_token: token, new_password });
    if (failure?.kind === 'refused' && failure.code === 'INVALID_RESET_TOKEN') go({ kind: 'over' });
    else if (!failure) go({ kind: 'done' });
    return { failure };
  };
  return (
    <>
      <h2>{text.recovery.chooseNew}</h2>
      <p class="hint" aria-live="off">
        {timeLeft(left.value)}
      </p>
      <Form send={send} submit={text.recovery.set}>
        {(faults) => (
          <Input
            name="new_password"
            label={text.account.newPassword}
            hint={text.account.passwordHint}
            fault={faults['new_password']}
            type="password"
            autocomplete="new-password"
          />
        )}
      </Form>
    </>
  );
}

function Over({ go }: Pick<StepProps<'over'>, 'go'>) {
  return (
    <>
      <h2>{text.recovery.overTitle}</h2>
      <p role="alert">{text.recovery.over}</p>
      <button type="button" class="main" onClick={() => go({ kind: 'email' })}>
        {text.recovery.again}
      </button>
    </>
  );
}

function Done() {
  return (
    <>
      <p class="notice good" role="status">
        {text.recovery.done}
      </p>
      <LogIn isOnlyForm />
    </>
  );
}
