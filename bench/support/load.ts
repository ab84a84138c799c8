import autocannon from 'autocannon';

export type Load = {
  url: string;
  connections: number;
  seconds: number;
  requests: autocannon.Request[];
};
export type Measured = { perSecond: number; done: number; p50Ms: number; p99Ms: number; refused: number };

/** Sends requests over this many connections for this long. */
export async function load({ url, connections, seconds, requests }: Load): Promise<Measured> {
  const result = await autocannon({ url, connections, duration: seconds, requests });
  return {
    perSecond: result['2xx'] / result.duration,
    done: result['2xx'],
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    refused: result.non2xx + result.errors,
  };
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};
