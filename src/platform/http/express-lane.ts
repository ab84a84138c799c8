import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Edge } from './edge.ts';
import type { Identify, Identity, Observe } from './http.ts';
import { isGood, isKnownTo, READY_HEADERS, readyText, type Given } from './ready-answers.ts';
import { requestIdOf } from './request-id.ts';
import { hasBody } from './slow-bodies.ts';

const REMEMBERED_URLS = 1_000;
const LONGEST_URL = 128;
const MOST_CHARACTERS = 32_000_000;

export type ExpressLane = {
  /** Whoever asks for the same URL next may be answered in the lane. */
  remember(request: FastifyRequest, given: Given): void;
  /** Whether the request was answered. */
  answer(request: IncomingMessage, response: ServerResponse): boolean;
};
type LaneNeeds = { identify: Identify; edge: Edge; observe: Observe };

/**
 * Answers a URL again with bytes that are still good, before the framework and its routes, which took two thirds of
 * the time of a seat map. Whatever is out of the ordinary (nothing remembered, a session to look up, a refusal) goes
 * by the routes, so that each rule stands in one place.
 */
export function createExpressLane({ identify, edge, observe }: LaneNeeds): ExpressLane {
  const urls = new LRUCache<string, Given & { route: string }>({
    max: REMEMBERED_URLS,
    maxSize: MOST_CHARACTERS,
    sizeCalculation: ({ ready }) => ready.text.length,
  });

  const whoAsks = (authorization: string | undefined): Identity | undefined => {
    try {
      const user = identify(authorization);
      return user instanceof Promise ? void user.catch(() => undefined) : user;
    } catch {
      return undefined;
    }
  };

  return {
    remember(request, given) {
      const { url = '' } = request.raw;
      if (url.length > LONGEST_URL || !asksForNothingElse(request)) return;
      if (given.isPublic && url !== plainUrl(request)) return;
      urls.set(url, { ...given, route: request.routeOptions.url ?? '' });
    },
    answer(request, response) {
      const { method = '', url = '', headers } = request;
      if ((method !== 'GET' && method !== 'HEAD') || headers.host === undefined || hasBody(request))
        return false;
      const given = urls.get(url);
      if (given === undefined || !edge.mayPass(request)) return false;
      if (!isGood(given.ready)) {
        urls.delete(url);
        return false;
      }
      const user = given.isPublic ? undefined : whoAsks(headers.authorization);
      if (!given.isPublic && (user === undefined || given.admits?.(user) === false)) return false;

      const id = requestIdOf(request);
      observe(response, { id, method, route: given.route }, () => user?.username);
      const out = [...edge.headers(id, headers.origin), ...READY_HEADERS, 'etag', given.ready.etag];
      if (isKnownTo(headers, given.ready)) {
        response.writeHead(304, out).end();
        return true;
      }
      const text = readyText(id, given);
      out.push('content-type', 'application/json; charset=utf-8', 'content-length', String(text.length));
      // A character a byte, so header and body leave as one string in one write.
      response.writeHead(200, out).end(text, 'latin1');
      return true;
    },
  };
}

// Parameters that a route does not know make any number of URLs of one answer, which would push the others out.
function asksForNothingElse({ query, routeOptions }: FastifyRequest): boolean {
  const { querystring } = (routeOptions.schema ?? {}) as { querystring?: { properties: object } };
  const known = querystring?.properties ?? {};
  return Object.keys(query as object).every((name) => Object.hasOwn(known, name));
}

// Nor may strangers write one URL in many ways.
function plainUrl({ query, routeOptions }: FastifyRequest): string {
  const parameters = Object.entries(query as Record<string, string>).map((pair) => pair.join('='));
  return [routeOptions.url, ...(parameters.length > 0 ? [parameters.join('&')] : [])].join('?');
}
