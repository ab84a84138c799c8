export type Ask = {
  as?: { token: string };
  body?: unknown;
  raw?: string | Buffer | FormData;
  headers?: Record<string, string>;
};
// A test reads fields of any answer; that the field is there is what it asserts.
export type Json = { [name: string]: Json } & Json[] & string & number & boolean;
export type Answer = {
  status: number;
  /** The code of a refusal, else the status as text: what a tally of outcomes counts. */
  code: string;
  headers: Headers;
  text: string;
  json: Json;
  data: Json;
};

export async function call(base: string, method: string, path: string, ask: Ask = {}): Promise<Answer> {
  const { as, body, raw, headers } = ask;
  const response = await fetch(base + path, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(as && { authorization: `Bearer ${as.token}` }),
      ...headers,
    },
    ...((raw ?? body) !== undefined && { body: raw ?? JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = parse(text);
  return {
    status: response.status,
    code: typeof json?.['code'] === 'string' ? json['code'] : String(response.status),
    headers: response.headers,
    text,
    json,
    data: json?.['data'],
  };
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined as unknown as Json;
  }
}

/** How often each value occurs. */
export const tally = (values: readonly (string | number)[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(values, String)].map(([value, group]) => [value, group.length]));
