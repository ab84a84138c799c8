import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { unavailable } from './errors.ts';

/** The processes of one machine, seen from one of them. */
export type Machine = {
  /** Tells all the others; resolves when they have heard it, so that an answer sent then is no news to any of them. */
  announce(topic: string, item: unknown): Promise<void>;
  hear(topic: string, listener: (items: readonly unknown[]) => void): void;
  /** Asks what one process keeps for all: the primary, or this one where it is alone. Throws where it has gone. */
  ask(question: string, about: unknown): Promise<unknown>;
};
/** `asker` tells the processes apart; 0 is one that is alone. */
export type Answers = Readonly<Record<string, (about: never, asker: number) => unknown>>;

type Message =
  | { kind: 'announce'; id: number; topic: string; items: unknown[] }
  | { kind: 'heard'; id: number }
  | { kind: 'done'; id: number }
  | { kind: 'ask'; id: number; question: string; about: unknown }
  | { kind: 'answer'; id: number; value?: unknown; failure?: string };

// A process that does not hear for so long serves nobody either.
const DEAF_MS = 1_000;

/** A process that is alone on its machine. */
export function aloneOnMachine(answers: Answers): Machine {
  return {
    announce: async () => {},
    hear: () => {},
    ask: async (question, about) => answers[question]?.(about as never, 0),
  };
}

/** A worker among others, which all talk by way of the primary. */
export function workerOfMachine(): Machine {
  const listeners = new Map<string, (items: readonly unknown[]) => void>();
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastId = 0;
  // What is sent on a line that is closed would end the process, and it closes before one hears of it.
  const send = (message: Message) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  };
  const request = (message: (id: number) => Message) =>
    new Promise<unknown>((resolve, reject) => {
      if (!process.connected) return reject(unavailable());
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      send(message(lastId));
    });
  process.once('disconnect', () => {
    for (const waiter of waiting.values()) waiter.reject(unavailable());
    waiting.clear();
  });

  process.on('message', (message: Message) => {
    if (message.kind === 'announce') {
      listeners.get(message.topic)?.(message.items);
      send({ kind: 'heard', id: message.id });
    } else if (message.kind === 'done' || message.kind === 'answer') {
      const waiter = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.kind === 'answer' && message.failure !== undefined)
        waiter?.reject(new Error(message.failure));
      else waiter?.resolve(message.kind === 'answer' ? message.value : undefined);
    }
  });

  return {
    // It fails only where the primary has gone, and then there is nobody to tell.
    announce: collected((topic, items) =>
      request((id) => ({ kind: 'announce', id, topic, items })).catch(() => undefined),
    ),
    hear: (topic, listener) => void listeners.set(topic, listener),
    ask: (question, about) => request((id) => ({ kind: 'ask', id, question, about })),
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

/** The primary's part: passes announcements on and answers questions. */
export function servePrimary(answers: Answers): void {
  const hearing = new Map<number, { missing: Set<number>; heard: () => void }>();
  let lastId = 0;
  const forget = (worker: number) => {
    for (const { missing, heard } of hearing.values())
      if (missing.delete(worker) && missing.size === 0) heard();
  };
  const passOn = async (from: Worker, { topic, items }: Message & { kind: 'announce' }) => {
    const others = Object.values(cluster.workers ?? {}).filter(
      (other) => other?.isConnected() && other.id !== from.id,
    );
    if (others.length === 0) return;
    lastId += 1;
    const id = lastId;
    const all = new Promise<void>((resolve) => {
      hearing.set(id, { missing: new Set(others.map((other) => other?.id ?? 0)), heard: resolve });
    });
    for (const other of others) other?.send({ kind: 'announce', id, topic, items } satisfies Message);
    await Promise.race([all, sleep(DEAF_MS, undefined, { ref: false })]);
    hearing.delete(id);
  };

  cluster.on('exit', (worker) => forget(worker.id));
  cluster.on('message', (worker, message: Message) => {
    const reply = (answer: Message) => worker.isConnected() && worker.send(answer);
    if (message.kind === 'heard') {
      const waiter = hearing.get(message.id);
      if (waiter?.missing.delete(worker.id) && waiter.missing.size === 0) waiter.heard();
    } else if (message.kind === 'announce') {
      void passOn(worker, message).then(() => reply({ kind: 'done', id: message.id }));
    } else if (message.kind === 'ask') {
      const { id, question, about } = message;
      Promise.resolve(about as never)
        .then((asked) => answers[question]?.(asked, worker.id))
        .then(
          (value) => reply({ kind: 'answer', id, value }),
          (error: unknown) => reply({ kind: 'answer', id, failure: String(error) }),
        );
    }
  });
}
