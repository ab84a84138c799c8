import { Type } from 'typebox';
import type { Sql } from '../platform/database/db.ts';
import { invalidRequest } from '../platform/errors.ts';
import { allow, Answer, Done, ROLES, type Identity, type Role, type Routes } from '../platform/http/http.ts';
import { OneOf } from '../platform/validation/shapes.ts';
import { invalidCredentials, wrongRole } from './errors.ts';
import { login, type LoginNeeds } from './login.ts';
import { logout, type LogoutNeeds } from './logout.ts';
import { findStaffProfile } from './queries.ts';

// Only presence is checked: anything else that is wrong with them means wrong credentials.
const LoginRequest = Type.Object(
  {
    username: Type.String({ 'x-field': 'Username', examples: ['seed-user-1'] }),
    password: Type.String({ 'x-field': 'Password', examples: ['foobar'] }),
  },
  { anyText: true },
);
const Login = Type.Object({
  user: Type.Object({ username: Type.String(), role: OneOf(ROLES) }),
  token: Type.String({ description: 'JWT for the Authorization header, good for 24 hours' }),
});
const StaffProfile = Type.Object({
  username: Type.String(),
  name: Type.String(),
  counter_no: Type.Union([Type.Integer(), Type.Null()]),
  created_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
});

export const authRoutes: Routes<LoginNeeds & LogoutNeeds> = (app, needs) => {
  const refusal = () => invalidRequest('Invalid request body');
  app.post(
    '/login',
    {
      config: { invalid: refusal },
      schema: {
        summary: 'Log in',
        tags: ['auth'],
        body: LoginRequest,
        response: { 200: Answer(Login) },
        refusals: [invalidCredentials()],
      },
    },
    async ({ body, ip: address }) => ({
      message: 'Login successful',
      data: await login(needs, { ...body, address }),
    }),
  );

  app.post(
    '/logout',
    {
      onRequest: allow(),
      schema: {
        summary: 'Log out: end the session of this token',
        tags: ['auth'],
        response: { 200: Done() },
      },
    },
    async ({ user }) => {
      await logout(needs, user);
      return { message: 'Logout successful' };
    },
  );

  for (const [role, title] of [
    ['admin', 'Admin'],
    ['staff', 'Staff'],
  ] as const) {
    app.get(
      `/${role}/profile`,
      {
        onRequest: allow('admin', 'staff'),
        schema: {
          summary: `${title} profile`,
          tags: ['admin'],
          response: { 200: Answer(StaffProfile) },
          refusals: [wrongRole(title)],
        },
      },
      async ({ user }) => ({
        message: `${title} profile retrieved successfully`,
        data: await staffProfile(needs.pool, user, role, title),
      }),
    );
  }
};

async function staffProfile(pool: Sql, user: Identity, role: Role, title: string) {
  if (user.role !== role) throw wrongRole(title);
  const profile = await findStaffProfile(pool, user.username);
  return {
    username: user.username,
    name: profile?.name ?? user.username,
    counter_no: profile?.counterNo ?? null,
    created_at: profile?.createdAt?.toISOString() ?? null,
  };
}
