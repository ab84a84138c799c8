import { Type } from 'typebox';
import { emailRule, userNotFound } from '../auth/auth.ts';
import type { Sql } from '../platform/database/db.ts';
import { invalidRequest } from '../platform/errors.ts';
import { Answer, type Routes } from '../platform/http/http.ts';
import { Text } from '../platform/http/validation.ts';
import { verifyAnswer, type AnswerNeeds } from './answers.ts';
import { invalidEmail, missingEmail } from './errors.ts';
import { answerRule } from './fields.ts';
import { findByEmail, listQuestions } from './queries.ts';

const Question = Type.Object({ id: Type.Integer(), question: Type.String() });
const EmailQuery = Type.Object({ email: Type.Optional(Type.String({ examples: ['asha@example.com'] })) });
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

export const questionRoutes: Routes<AnswerNeeds> = (app, needs) => {
  const tags = ['security questions'];
  const { pool } = needs;

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

  const summary = "A customer's security question";
  const response = { 200: Answer(QuestionAsked) };
  for (const path of ['/security-questions/by-email', '/security-question/by-email']) {
    app.get(path, { schema: { summary, tags, querystring: EmailQuery, response } }, async ({ query }) => ({
      message: 'Security question retrieved successfully',
      data: await questionOf(pool, query.email),
    }));
    app.post(
      path,
      {
        // The body is described, but not required: the e-mail may come in the query as well.
        validatorCompiler: () => () => true,
        schema: { summary, tags, querystring: EmailQuery, body: EmailQuery, response },
      },
      async ({ query, body }) => ({
        message: 'Security question retrieved successfully',
        data: await questionOf(pool, query.email || emailOf(body)),
      }),
    );
  }

  for (const path of ['/security-questions/verify-security-answer', '/verify-security-answer']) {
    app.post(
      path,
      {
        schema: {
          summary: 'Prove the answer to the security question',
          tags,
          body: SecurityAnswer,
          response: { 200: Answer(ResetToken) },
        },
      },
      async ({ ip: address, body }) => ({
        message: 'Security answer verified successfully',
        data: await verifyAnswer(needs, { email: body.email, answer: body.security_answer, address }),
      }),
    );
  }
};

function emailOf(body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined;
  const { email = null } = body as { email?: unknown };
  if (typeof body !== 'object' || Array.isArray(body)) throw invalidRequest();
  if (email !== null && typeof email !== 'string') throw invalidRequest();
  return email ?? undefined;
}

async function questionOf(on: Sql, email: string | undefined) {
  if (!email) throw missingEmail();
  if (!emailRule.test(email)) throw invalidEmail();
  const asked = await findByEmail(on, email);
  if (asked === undefined) throw userNotFound();
  return { question_id: asked.questionId, question: asked.question, email };
}
