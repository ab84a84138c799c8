import { hash } from 'node:crypto';
import multipart from '@fastify/multipart';
import { Type } from 'typebox';
import { emailRule, passwordRule } from '../auth/auth.ts';
import { allow, Answer, Done, type Routes } from '../platform/http/http.ts';
import { storeUnavailable } from '../platform/stores/object-store.ts';
import { Id, Text } from '../platform/validation/fields.ts';
import type { AnswerNeeds } from './answers.ts';
import {
  customerNotFound,
  emailExists,
  invalidQuestion,
  invalidSecurityAnswer,
  missingPicture,
  mobileNumberExists,
  numberExists,
  pictureNotFound,
  pictureRefusals,
  usernameExists,
} from './errors.ts';
import { answerRule, phoneRule, usernameRule } from './fields.ts';
import type { PictureNeeds } from './keep-picture.ts';
import { nameRule } from './names.ts';
import { findProfile, type Contact } from './queries.ts';
import { questionRoutes } from './question-routes.ts';
import { fileOf, FORM_LIMITS, readForm } from './sign-up-form.ts';
import { signUp } from './sign-up.ts';
import { updatePicture } from './update-picture.ts';
import { updateProfile } from './update-profile.ts';

const name = Text('Name', { rule: nameRule, example: 'Asha Rao' });
const number = Text('PhoneNumber', { rule: phoneRule, example: '9876543210' });
const email = Text('Email', { rule: emailRule, example: 'asha@example.com' });
const securityAnswer = Text('SecurityAnswer', { rule: answerRule, example: 'Bluebell' });

// A pixel of orange, as GIF.
const pixel = 'R0lGODlhAQABAIAAAExpceBLACH5BAUAAAAALAAAAAABAAEAAAICTAEAOw==';
const picture = Text('ProfileImg', { example: pixel });
const pictureSha = Text('ProfileImgSHA', { example: hash('sha256', Buffer.from(pixel, 'base64')) });

const SignUp = Type.Object({
  name,
  username: Text('Username', { rule: usernameRule, example: 'asha' }),
  password: Text('Password', { rule: passwordRule, example: 'Harbour@2026' }),
  number,
  email,
  profile_img: Type.Optional(picture),
  profile_img_sha: Type.Optional(pictureSha),
  security_question_id: Id('SecurityQuestionID'),
  security_answer: securityAnswer,
});
const SignedUp = Type.Object({ username: Type.String(), name: Type.String() });
const Profile = Type.Object({
  username: Type.String(),
  name: Type.String(),
  email: Type.String(),
  phone_number: Type.String(),
  security_question_exists: Type.Boolean(),
  created_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
});
const ProfileChange = Type.Object({ name, email, phone_number: number, security_answer: securityAnswer });
const ChangedProfile = Type.Object({
  username: Type.String(),
  name: Type.String(),
  email: Type.String(),
  phone_number: Type.String(),
});
const PictureLink = Type.Object({
  presigned_url: Type.String({ format: 'uri' }),
  expires_at: Type.String({ format: 'date-time' }),
});
const PictureChange = Type.Object({
  security_answer: securityAnswer,
  profile_img: picture,
  profile_img_sha: pictureSha,
});

const LINK_SECONDS = 24 * 60 * 60;

export type CustomerNeeds = AnswerNeeds & PictureNeeds;

export const customerRoutes: Routes<CustomerNeeds> = (app, needs) => {
  questionRoutes(app, needs);
  signUpRoute(app, needs);
  profileRoutes(app, needs);
  pictureRoutes(app, needs);
};

const signUpRoute: Routes<CustomerNeeds> = (app, needs) => {
  void app.register(multipart, { limits: FORM_LIMITS, throwFileSizeLimit: false });
  app.post(
    '/customer/signup',
    {
      config: { multipart: true },
      preValidation: readForm,
      schema: {
        summary: 'Sign up',
        tags: ['customers'],
        body: SignUp,
        response: { 201: Answer(SignedUp) },
        refusals: [
          missingPicture(),
          usernameExists(),
          emailExists(),
          mobileNumberExists(),
          invalidQuestion(),
          ...pictureRefusals(),
        ],
      },
    },
    async (request, reply) => {
      const { body } = request;
      const data = await signUp(needs, {
        ...body,
        questionId: body.security_question_id,
        answer: body.security_answer,
        picture: body.profile_img && (fileOf(request) ?? body.profile_img),
        pictureSha256: body.profile_img_sha,
      });
      reply.code(201);
      return { message: 'User registered successfully', data };
    },
  );
};

const profileRoutes: Routes<CustomerNeeds> = (app, needs) => {
  const tags = ['customers'];
  const onRequest = allow('customer');

  app.get(
    '/customer/profile',
    {
      onRequest,
      schema: {
        summary: 'My profile',
        tags,
        response: { 200: Answer(Profile) },
        refusals: [customerNotFound()],
      },
    },
    async ({ user }) => {
      const profile = await findProfile(needs.pool, user.username);
      if (profile === undefined) throw customerNotFound();
      const data = {
        ...contactOut(profile),
        security_question_exists: profile.answerHash !== '',
        created_at: profile.createdAt?.toISOString() ?? null,
      };
      return { message: 'Customer profile retrieved successfully', data };
    },
  );

  app.post(
    '/customer/update-profile',
    {
      onRequest,
      schema: {
        summary: 'Change my profile',
        tags,
        body: ProfileChange,
        response: { 200: Answer(ChangedProfile) },
        refusals: [customerNotFound(), invalidSecurityAnswer(), emailExists(), numberExists()],
      },
    },
    async ({ user: { username }, ip: address, body }) => {
      const { phone_number: number, security_answer: answer, name, email } = body;
      const changed = await updateProfile(needs, { username, address, answer, name, email, number });
      return { message: 'Profile updated successfully', data: contactOut(changed) };
    },
  );
};

const pictureRoutes: Routes<CustomerNeeds> = (app, needs) => {
  const tags = ['customers'];
  const onRequest = allow('customer');

  app.get(
    '/customer/profile-image',
    {
      onRequest,
      schema: {
        summary: 'A link to my picture',
        tags,
        response: { 200: Answer(PictureLink) },
        refusals: [pictureNotFound(), storeUnavailable()],
      },
    },
    async ({ user }) => {
      const url = (await findProfile(needs.pool, user.username))?.pictureUrl;
      const link = url ? await needs.store.link(url, LINK_SECONDS) : undefined;
      if (link === undefined) throw pictureNotFound();
      const data = { presigned_url: link.url, expires_at: link.expiresAt.toISOString() };
      return { message: 'Presigned URL generated successfully', data };
    },
  );

  app.post(
    '/customer/update-profile-image',
    {
      onRequest,
      schema: {
        summary: 'Change my picture',
        tags,
        body: PictureChange,
        response: { 200: Done() },
        refusals: [customerNotFound(), invalidSecurityAnswer(), ...pictureRefusals()],
      },
    },
    async ({ user: { username }, ip: address, body }) => {
      const { security_answer: answer, profile_img: base64, profile_img_sha: sha256 } = body;
      await updatePicture(needs, { username, address, answer, base64, sha256 });
      return { message: 'Profile image updated successfully' };
    },
  );
};

const contactOut = ({ username, name, email, number }: Contact) => ({
  username,
  name,
  email,
  phone_number: number,
});
