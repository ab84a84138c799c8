import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** A stream of server-sent events, read as a front end does: `events` are the data of those that came. */
export async function listen<Data>(url: string, headers: Record<string, string> = {}) {
  const away = new AbortController();
  const response = await fetch(url, { headers, signal: away.signal });
  const events: Data[] = [];
  let hasEnded = false;
  const read = async () => {
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, data] = /^data: (.*)$/m.exec(block) ?? [];
        if (data !== undefined) events.push(JSON.parse(data) as Data);
      }
    }
  };
  const reading = read()
    .catch(() => undefined)
    .finally(() => (hasEnded = true));
  return {
    response,
    events,
    /** Waits until the newest event is as wanted, and tells after how many milliseconds it was. */
    async until(isWanted: (newest: Data) => boolean, withinMs = 5_000): Promise<number> {
      const startedAt = performance.now();
      for (;;) {
        const newest = events.at(-1);
        if (newest !== undefined && isWanted(newest)) return performance.now() - startedAt;
        assert.ok(!hasEnded, 'the stream ended');
        assert.ok(performance.now() - startedAt < withinMs, `the newest is ${JSON.stringify(newest)}`);
        await sleep(5);
      }
    },
    ended: () => reading,
    leave: () => away.abort(),
  };
}
