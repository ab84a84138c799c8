import { Type } from 'typebox';
import { invalidRequest } from '../platform/errors.ts';
import { allow, Done, type Routes } from '../platform/http/http.ts';
import { Text } from '../platform/validation/fields.ts';
import { changePassword, type PasswordNeeds } from './change-password.ts';
import { emailRule } from './emails.ts';
import { incorrectPassword, invalidResetToken, passwordReuse, userNotFound } from './errors.ts';
import { knownPasswordRule, passwordRule } from './passwords.ts';
import { resetPassword } from './reset-password.ts';

const PasswordChange = Type.Object({
  current_password: Text('CurrentPassword', { rule: knownPasswordRule, example: 'Harbour@2026' }),
  new_password: Text('NewPassword', { rule: passwordRule, example: 'Lantern@2026' }),
});
const PasswordReset = Type.Object({
  email: Text('Email', { rule: emailRule, example: 'asha@example.com' }),
  // This token is invented. A real token is given out once, for the right security answer.
  reset_token: Text('ResetToken', { example: '3f2b8c1e-7a44-4d0b-9c55-0e6d1f8a2b37' }),
  new_password: Text('NewPassword', { rule: passwordRule, example: 'Meadow@2026' }),
});

export const passwordRoutes: Routes<PasswordNeeds> = (app, needs) => {
  const tags = ['auth'];
  const config = { malformed: () => invalidRequest('Invalid request body') };

  app.post(
    '/change-password',
    {
      config,
      onRequest: allow(),
      schema: {
        summary: 'Change the password',
        tags,
        body: PasswordChange,
        response: { 200: Done() },
        refusals: [incorrectPassword(), passwordReuse()],
      },
    },
    async ({ user, ip: address, body }) => {
      const { current_password: current, new_password: wanted } = body;
      await changePassword(needs, { ...user, address, current, wanted });
      return { message: 'Password updated successfully' };
    },
  );

  app.post(
    '/forgot-password',
    {
      config,
      schema: {
        summary: 'Reset the password',
        tags,
        body: PasswordReset,
        response: { 200: Done() },
        refusals: [userNotFound(), invalidResetToken(), passwordReuse()],
      },
    },
    async ({ ip: address, body }) => {
      const { email, reset_token: token, new_password: wanted } = body;
      await resetPassword(needs, { email, token, wanted, address });
      return { message: 'Password has been reset successfully' };
    },
  );
};
