let aheadMs = 0;

/** Notes how far the server's clock is ahead of the reader's, from the `Date` of an answer. */
export function noteTime(date: string | null): void {
  const at = Date.parse(date ?? '');
  if (!Number.isNaN(at)) aheadMs = at - Date.now();
}

/** Now, on the server's clock as its latest answer had it; on the reader's until there is one. */
export const serverNow = (): number => Date.now() + aheadMs;
