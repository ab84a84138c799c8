import { type TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  onRequestHookHandler,
  RawServerDefault,
} from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Type, type Static, type TSchema } from 'typebox';
import { Refusal } from '../errors.ts';
import { OneOf } from '../validation/shapes.ts';

export const ROLES = ['customer', 'staff', 'admin'] as const;
export type Role = (typeof ROLES)[number];
/** The user of a request. The role is the database's, at most two seconds old, not the token's. */
export type Identity = { username: string; role: Role; sessionId: string; expiresAt: Date };

/** The user of an Authorization header, at once where it is in memory. Throws the 401s of api.md. */
export type Identify = (authorization: string | undefined) => Identity | Promise<Identity>;

/** Counts and logs a request when its response has ended. */
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
  interface FastifySchema {
    /**
     * The refusals of the route besides those of its body, parameters and role check, with an example of
     * each.
     */
    refusals?: readonly Refusal[];
  }
  interface FastifyContextConfig {
    /** Answers without the gateway key: api.md, *Gateway key*. */
    keyless?: boolean;
    /** Not served under the open prefix. */
    notByOpenPrefix?: boolean;
    /** Takes `multipart/form-data` beside JSON. */
    multipart?: boolean;
    /** The refusal of an unusable body, if it is not INVALID_REQUEST or VALIDATION_ERROR. */
    malformed?: () => Refusal;
    invalid?: () => Refusal;
  }
}

/** The envelope of a successful answer as a response schema. Handlers give `message` and `data`, the platform adds the rest. */
export const Answer = <T extends TSchema>(data: T) =>
  Type.Unsafe<{ message: string; data: Static<T> }>(Type.Object({ message, data, request_id, status }));
/** The same of an operation that returns nothing. */
export const Done = () => Type.Unsafe<{ message: string }>(Type.Object({ message, request_id, status }));

const message = Type.String();
const request_id = Type.String();
const status = OneOf(['SUCCESS']);

/**
 * A check that runs before a route, and its refusals. `roles`: the roles it admits; none means every
 * logged-in user.
 */
export type Guard = onRequestHookHandler & { refusals: readonly Refusal[]; roles?: readonly Role[] };

/** The role check of a route; with no roles, any signed-in user. Throws the 401s of api.md and FORBIDDEN. */
export function allow(...roles: readonly Role[]): Guard {
  const refusal = new Refusal(403, 'FORBIDDEN', roleMessage(roles));
  const admit = (request: FastifyRequest, user: Identity) => {
    request.user = user;
    return roles.length === 0 || roles.includes(user.role) ? undefined : refusal;
  };
  const check: onRequestHookHandler = (request, _reply, done) => {
    let user: Identity | Promise<Identity>;
    try {
      user = request.server.identify(request.headers.authorization);
    } catch (error) {
      return done(error as Error);
    }
    if (user instanceof Promise) user.then((found) => done(admit(request, found)), done);
    else done(admit(request, user));
  };
  return Object.assign(check, { roles, refusals: roles.length > 0 ? [refusal] : [] });
}

function roleMessage(roles: readonly Role[]): string {
  if (roles.length > 1) return 'Access denied. Admin or staff role required!';
  const [role = 'customer'] = roles;
  return `Access denied. ${role[0]?.toUpperCase()}${role.slice(1)} role required`;
}
