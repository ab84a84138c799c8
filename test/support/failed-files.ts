import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

/** A reporter that writes the name of a file for each test of it that failed. */
// oxlint-disable-next-line import/no-default-export -- Node asks a reporter's module for its default export
export default async function* failedFiles(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.type === 'test:fail' && event.data.file) yield `${relative('', event.data.file)}\n`;
  }
}
