import type { FastifyReply } from 'fastify';

/** Tells caches that the answer depends on this header too. */
export function addVary(reply: FastifyReply, name: string): void {
  const known = reply.getHeader('vary');
  reply.header('vary', known === undefined ? name : `${String(known)}, ${name}`);
}
