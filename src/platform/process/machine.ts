import { unavailable } from '../errors.ts';
import type { Faults } from './faults.ts';
import { isMessage, type Message } from './machine-messages.ts';

/** The processes of one machine, seen from one of them. */
export type Machine = {
  /** Tells all the others; resolves when they have heard it, so that an answer sent then is no news to any of them. */
  announce(topic: string, item: unknown): Promise<void>;
  hear(topic: string, listener: (items: readonly unknown[]) => void): void;
  /** Asks what one process keeps for all: the primary, or this one where it is alone. Throws where it has gone. */
  ask(question: string, about: unknown): Promise<unknown>;
  /** What the primary is given when it collects this of every process. */
  provide(topic: string, give: () => unknown): void;
};
/** `asker` tells the processes apart; 0 is one that is alone. */
export type Answers = Readonly<Record<string, (about: never, asker: number) => unknown>>;

/** A process that is alone on its machine. */
export function aloneOnMachine(answers: Answers): Machine {
  return {
    announce: async () => {},
    hear: () => {},
    ask: async (question, about) => answers[question]?.(about as never, 0),
    provide: () => {},
  };
}

/** A worker among others, which all talk by way of the primary. */
export function workerOfMachine(faults: Faults): Machine {
  const listeners = new Map<string, (items: readonly unknown[]) => void>();
  const provided = new Map<string, () => unknown>();
  const requests = createRequests();

  const give = async (id: number, topic: string) => {
    try {
      send({ kind: 'collected', id, value: await provided.get(topic)?.() });
    } catch (error) {
      send({ kind: 'collected', id, failure: String(error) });
    }
  };
  const hear = (message: unknown) => {
    if (!isMessage(message)) throw new Error('the primary sent what is no message of ours');
    if (message.kind === 'announce') {
      try {
        listeners.get(message.topic)?.(message.items);
      } finally {
        send({ kind: 'heard', id: message.id });
      }
    } else if (message.kind === 'collect') {
      void give(message.id, message.topic);
    } else if (message.kind === 'done' || message.kind === 'answer') {
      requests.settle(message);
    }
  };
  process.on('message', faults.guard('message', hear));
  process.once('disconnect', () => requests.giveUp());

  return {
    // It fails only where the primary has gone, and then there is nobody to tell.
    announce: collected((topic, items) =>
      requests.make((id) => ({ kind: 'announce', id, topic, items })).catch(() => undefined),
    ),
    hear: (topic, listener) => void listeners.set(topic, listener),
    ask: (question, about) => requests.make((id) => ({ kind: 'ask', id, question, about })),
    provide: (topic, value) => void provided.set(topic, value),
  };
}

// What is sent on a line that is closed would end the process, and it closes before one hears of it.
function send(message: Message): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

/** What the primary has been asked and has not answered yet. */
function createRequests() {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastId = 0;
  return {
    make: (message: (id: number) => Message) =>
      new Promise<unknown>((resolve, reject) => {
        if (!process.connected) return reject(unavailable());
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        send(message(lastId));
      }),
    settle(message: Message & { kind: 'done' | 'answer' }): void {
      const waiter = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.kind === 'answer' && message.failure !== undefined)
        waiter?.reject(new Error(message.failure));
      else waiter?.resolve(message.kind === 'answer' ? message.value : undefined);
    },
    giveUp(): void {
      for (const waiter of waiting.values()) waiter.reject(unavailable());
      waiting.clear();
    },
  };
}

/** Collects what is announced while the event loop turns once, so that many writes are one message. */
function collected(tell: (topic: string, items: unknown[]) => Promise<unknown>): Machine['announce'] {
  const open = new Map<string, { items: unknown[]; told: Promise<void> }>();
  return (topic, item) => {
    let batch = open.get(topic);
    if (batch === undefined) {
      const items: unknown[] = [];
      const told = new Promise((resolve) => setImmediate(resolve)).then(async () => {
        open.delete(topic);
        await tell(topic, items);
      });
      batch = { items, told };
      open.set(topic, batch);
    }
    batch.items.push(item);
    return batch.told;
  };
}
