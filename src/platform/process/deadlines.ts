export type Deadlines = {
  /** Adds a deadline, in milliseconds from now. */
  add(inMs: number): void;
  stop(): void;
};

// setTimeout takes 31 bits.
const LONGEST_SLEEP_MS = 2 ** 31 - 1;

/**
 * One timer for any number of deadlines: a heap of instants on this process's monotonic clock, eight bytes
 * each. `onDue` gets the number that fell due; deadlines that fall due during its work count in its next
 * call. If it fails, `onError` is called and the deadlines go on.
 */
export function createDeadlines(
  onDue: (count: number) => Promise<void>,
  onError: (error: unknown) => void,
): Deadlines {
  const heap: number[] = [];
  let timer: NodeJS.Timeout | undefined;
  let working = false;
  let stopped = false;

  const arm = () => {
    clearTimeout(timer);
    const next = heap[0];
    if (stopped || working || next === undefined) return;
    timer = setTimeout(wake, Math.min(Math.max(0, next - performance.now()), LONGEST_SLEEP_MS));
  };
  const wake = () => {
    let due = 0;
    for (let next = heap[0]; next !== undefined && next <= performance.now(); next = heap[0]) {
      pop(heap);
      due += 1;
    }
    if (due === 0) return arm();
    void work(due);
  };
  const work = async (due: number) => {
    working = true;
    try {
      await onDue(due);
    } catch (error) {
      onError(error);
    } finally {
      working = false;
      arm();
    }
  };

  return {
    add(inMs) {
      // NaN would be due for ever.
      if (Number.isNaN(inMs)) return;
      const first = heap[0];
      push(heap, performance.now() + inMs);
      if (heap[0] !== first) arm();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

function push(heap: number[], value: number): void {
  let place = heap.push(value) - 1;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    if (at(heap, parent) <= value) break;
    heap[place] = at(heap, parent);
    place = parent;
  }
  heap[place] = value;
}

function pop(heap: number[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let place = 0;
  for (;;) {
    const left = 2 * place + 1;
    if (left >= heap.length) break;
    const child = left + 1 < heap.length && at(heap, left + 1) < at(heap, left) ? left + 1 : left;
    if (at(heap, child) >= last) break;
    heap[place] = at(heap, child);
    place = child;
  }
  heap[place] = last;
}

const at = (heap: readonly number[], place: number) => heap[place] ?? Number.POSITIVE_INFINITY;
