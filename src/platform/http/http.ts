import { type TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  HookHandlerDoneFunction,
  RawServerDefault,
} from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Type, type TSchema } from 'typebox';
import { Refusal } from '../errors.ts';

export type Role = 'customer' | 'staff' | 'admin';
/** The user of a request. The role is the database's, at most two seconds old, not the token's. */
export type Identity = { username: string; role: Role; sessionId: string; expiresAt: Date };

/** The user of an Authorization header, at once where it is in memory. Throws the 401s of api.md. */
export type Identify = (authorization: string | undefined) => Identity | Promise<Identity>;

/** Counts and logs a request when its answer has ended. */
export type Observe = (
  response: ServerResponse,
  request: { id: string; method: string; route: string },
  username: () => string | undefined,
) => void;

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
/** Registers the routes of a feature. */
export type Routes<Needs> = (app: App, needs: Needs) => void;

declare module 'fastify' {
  interface FastifyInstance {
    identify: Identify;
  }
  interface FastifyRequest {
    user: Identity;
  }
  interface FastifyContextConfig {
    /** Answers without the gateway key: api.md, *Gateway key*. */
    keyless?: boolean;
    /** Is not there under the open prefix. */
    notByOpenPrefix?: boolean;
    /** Takes `multipart/form-data` beside JSON. */
    multipart?: boolean;
    /** The refusal of a body that cannot be used, where it differs from other routes'. */
    malformed?: () => Refusal;
    invalid?: () => Refusal;
  }
}

/** The envelope of a successful answer as a response schema; without `data` where the operation returns nothing. */
export const Answer = <T extends TSchema>(data: T) =>
  Type.Object({ message: Type.String(), ...envelope, data });
export const Done = () => Type.Object({ message: Type.String(), ...envelope });

// Handlers give message and data; the platform adds these two.
const envelope = { request_id: Type.Optional(Type.String()), status: Type.Optional(Type.String()) };

/** The role check of a route; with no roles, any signed-in user. Throws the 401s of api.md and FORBIDDEN. */
export function allow(...roles: readonly Role[]) {
  const refusal = new Refusal(403, 'FORBIDDEN', roleMessage(roles));
  const admit = (request: FastifyRequest, user: Identity) => {
    request.user = user;
    return roles.length === 0 || roles.includes(user.role) ? undefined : refusal;
  };
  return (request: FastifyRequest, _reply: unknown, done: HookHandlerDoneFunction): void => {
    let user: Identity | Promise<Identity>;
    try {
      user = request.server.identify(request.headers.authorization);
    } catch (error) {
      return done(error as Error);
    }
    if (user instanceof Promise) user.then((found) => done(admit(request, found)), done);
    else done(admit(request, user));
  };
}

function roleMessage(roles: readonly Role[]): string {
  if (roles.length > 1) return 'Access denied. Admin or staff role required!';
  const [role = 'customer'] = roles;
  return `Access denied. ${role[0]?.toUpperCase()}${role.slice(1)} role required`;
}
