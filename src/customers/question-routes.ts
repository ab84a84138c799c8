import type { FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { Type, type Static } from 'typebox';
import { emailRule, userNotFound } from '../auth/auth.ts';
import type { Sql } from '../platform/database/db.ts';
import { Answer, type Routes } from '../platform/http/http.ts';
import { Text } from '../platform/validation/fields.ts';
import { TextParameter } from '../platform/validation/parameters.ts';
import { verifyAnswer, type AnswerNeeds } from './answers.ts';
import { invalidAnswer, invalidEmail, missingEmail } from './errors.ts';
import { answerRule } from './fields.ts';
import { findByEmail, listQuestions } from './queries.ts';

const Question = Type.Object({ id: Type.Integer(), question: Type.String() });
const email = { invalid: invalidEmail, missing: missingEmail, rule: emailRule, example: 'asha@example.com' };
const EmailQuery = Type.Object({ email: TextParameter(email) });
const EmailOptional = Type.Object({ email: Type.Optional(TextParameter(email)) });
const EmailBody = Type.Object(
  { email: Type.Optional(Type.String({ examples: ['asha@example.com'] })) },
  { mayBeAbsent: true, anyText: true, description: 'Not looked at where the query has an email' },
);
const QuestionAsked = Type.Object({
  question_id: Type.Integer(),
  question: Type.String(),
  email: Type.String(),
});
const SecurityAnswer = Type.Object({
  email: Text('Email', { rule: emailRule, example: 'asha@example.com' }),
  security_answer: Text('SecurityAnswer', { rule: answerRule, example: 'Bluebell' }),
});
const ResetToken = Type.Object({
  reset_token: Type.String({ format: 'uuid' }),
  expires_in_seconds: Type.Integer(),
});

const tags = ['security questions'];

export const questionRoutes: Routes<AnswerNeeds> = (app, needs) => {
  listRoute(app, needs);
  byEmailRoutes(app, needs);
  verifyRoutes(app, needs);
};

const listRoute: Routes<AnswerNeeds> = (app, { pool }) => {
  app.get(
    '/security-questions',
    {
      schema: { summary: 'Security questions', tags, response: { 200: Answer(Type.Array(Question)) } },
    },
    async () => ({
      message: 'Security questions retrieved successfully',
      data: await listQuestions(pool),
    }),
  );
};

const byEmailRoutes: Routes<AnswerNeeds> = (app, { pool }) => {
  const summary = "A customer's security question";
  const response = { 200: Answer(QuestionAsked) };
  const refusals = [userNotFound()];
  for (const [path, deprecated] of [
    ['/security-questions/by-email', false],
    ['/security-question/by-email', true],
  ] as const) {
    app.get(
      path,
      { schema: { summary, tags, deprecated, querystring: EmailQuery, response, refusals } },
      async ({ query }) => ({
        message: 'Security question retrieved successfully',
        data: await questionOf(pool, query.email),
      }),
    );
    app.post(
      path,
      {
        preValidation: preferQuery,
        schema: {
          summary,
          tags,
          deprecated,
          querystring: EmailOptional,
          body: EmailBody,
          response,
          refusals,
        },
      },
      async ({ query, body }) => ({
        message: 'Security question retrieved successfully',
        data: await questionOf(pool, query.email ?? emailOf(body)),
      }),
    );
  }
};

const verifyRoutes: Routes<AnswerNeeds> = (app, needs) => {
  for (const [path, deprecated] of [
    ['/security-questions/verify-security-answer', false],
    ['/verify-security-answer', true],
  ] as const) {
    app.post(
      path,
      {
        schema: {
          summary: 'Prove the answer to the security question',
          tags,
          deprecated,
          body: SecurityAnswer,
          response: { 200: Answer(ResetToken) },
          refusals: [userNotFound(), invalidAnswer()],
        },
      },
      async ({ ip: address, body }) => ({
        message: 'Security answer verified successfully',
        data: await verifyAnswer(needs, { email: body.email, answer: body.security_answer, address }),
      }),
    );
  }
};

/** An e-mail of the query counts; the body is then not looked at. */
function preferQuery(request: FastifyRequest, _reply: unknown, done: HookHandlerDoneFunction): void {
  const { email } = request.query as { email?: string };
  if (email) request.body = undefined;
  done();
}

function emailOf({ email }: Static<typeof EmailBody>): string {
  if (!email) throw missingEmail();
  if (!emailRule.test(email)) throw invalidEmail();
  return email;
}

async function questionOf(on: Sql, email: string) {
  const asked = await findByEmail(on, email);
  if (asked === undefined) throw userNotFound();
  return { question_id: asked.questionId, question: asked.question, email };
}
