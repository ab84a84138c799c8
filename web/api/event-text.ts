export type StreamEvent = { name: string; data: string };

/** Cuts the text of a stream into its events, in whatever pieces it arrives. Comments are passed over. */
export function createEventReader(onEvent: (event: StreamEvent) => void): (piece: string) => void {
  let rest = '';
  return (piece) => {
    const blocks = (rest + piece).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = readEvent(block);
      if (event) onEvent(event);
    }
  };
}

function readEvent(block: string): StreamEvent | undefined {
  const lines = block.split(/\r?\n/).map((line) => /^(\w+): ?(.*)$/.exec(line));
  const field = (name: string) => lines.flatMap((line) => (line?.[1] === name ? [line[2] ?? ''] : []));
  const data = field('data');
  return data.length > 0 ? { name: field('event').at(-1) ?? 'message', data: data.join('\n') } : undefined;
}
