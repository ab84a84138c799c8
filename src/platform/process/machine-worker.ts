import { unavailable } from '../errors.ts';
import type { Faults } from './faults.ts';
import { readAnswer, type Machine } from './machine.ts';
import { isMessage, type Message } from './machine-messages.ts';

// The primary itself waits 1 s for the others, and 5 s when it collects. A primary that stands still answers later, or never.
const LONGEST_BROADCAST_MS = 1_500;
const LONGEST_ANSWER_MS = 6_000;

/** A worker among others. All of them talk through the primary. */
export function workerOfMachine(faults: Faults): Machine {
  const listeners = new Map<string, (items: readonly unknown[]) => void>();
  const providers = new Map<string, () => unknown>();
  const requests = createRequests();

  const provide = async (id: number, topic: string) => {
    try {
      send({ kind: 'provided', id, value: await providers.get(topic)?.() });
    } catch (error) {
      send({ kind: 'provided', id, failure: String(error) });
    }
  };
  const receive = (message: unknown) => {
    if (!isMessage(message)) throw new Error('the primary sent what is no message of ours');
    if (message.kind === 'broadcast') {
      try {
        listeners.get(message.topic)?.(message.items);
      } finally {
        send({ kind: 'received', id: message.id });
      }
    } else if (message.kind === 'collect') {
      void provide(message.id, message.topic);
    } else if (message.kind === 'done' || message.kind === 'answer') {
      requests.complete(message);
    }
  };
  process.on('message', faults.guard('message', receive));
  process.once('disconnect', () => requests.rejectAll());

  // A broadcast fails if the primary has gone, and then no other process is left, or if it stands still. What was
  // broadcast is committed already, so its answer does not depend on that.
  const broadcast = inBatches((topic, items) =>
    requests
      .make((id) => ({ kind: 'broadcast', id, topic, items }), LONGEST_BROADCAST_MS)
      .catch(() => undefined),
  );
  return {
    broadcast: (topic, item) => broadcast(topic.name, item),
    onBroadcast: ({ name, isItem }, listener) =>
      void listeners.set(name, (items) => listener(items.filter(isItem))),
    async ask(question, asked) {
      const answer = await requests.make(
        (id) => ({ kind: 'ask', id, question: question.name, asked }),
        LONGEST_ANSWER_MS,
      );
      return readAnswer(question, answer);
    },
    provide: ({ name }, give) => void providers.set(name, give),
  };
}

// A send on a closed channel would end the process, and the channel closes before this process learns of it.
function send(message: Message): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

type Waiter = { resolve(value: unknown): void; reject(error: Error): void; timer: NodeJS.Timeout };

/** The requests that the primary has not answered yet. */
function createRequests() {
  const waiting = new Map<number, Waiter>();
  let lastId = 0;
  return {
    /** Rejects with SERVICE_UNAVAILABLE where no answer comes in time; an answer that comes later is ignored. */
    make: (message: (id: number) => Message, longestMs: number) =>
      new Promise<unknown>((resolve, reject) => {
        if (!process.connected) return reject(unavailable());
        lastId += 1;
        const id = lastId;
        const timer = setTimeout(() => {
          waiting.delete(id);
          reject(unavailable());
        }, longestMs);
        waiting.set(id, { resolve, reject, timer });
        send(message(id));
      }),
    complete(message: Message & { kind: 'done' | 'answer' }): void {
      const waiter = waiting.get(message.id);
      waiting.delete(message.id);
      clearTimeout(waiter?.timer);
      if (message.kind === 'answer' && message.failure !== undefined)
        waiter?.reject(new Error(message.failure));
      else waiter?.resolve(message.kind === 'answer' ? message.value : undefined);
    },
    rejectAll(): void {
      for (const waiter of waiting.values()) {
        clearTimeout(waiter.timer);
        waiter.reject(unavailable());
      }
      waiting.clear();
    },
  };
}

/** Collects the items of one turn of the event loop, so that many writes are one message. */
function inBatches(send: (topic: string, items: unknown[]) => Promise<unknown>) {
  const open = new Map<string, { items: unknown[]; sent: Promise<void> }>();
  return (topic: string, item: unknown): Promise<void> => {
    let batch = open.get(topic);
    if (batch === undefined) {
      const items: unknown[] = [];
      const sent = new Promise((resolve) => setImmediate(resolve)).then(async () => {
        open.delete(topic);
        await send(topic, items);
      });
      batch = { items, sent };
      open.set(topic, batch);
    }
    batch.items.push(item);
    return batch.sent;
  };
}
