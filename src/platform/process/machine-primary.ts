import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from './faults.ts';
import type { Answers } from './machine.ts';
import { isMessage, type Message } from './machine-messages.ts';

export type Primary = {
  /** What each of the processes provides under a topic. Throws where one fails, or is silent for too long. */
  collect(topic: string): Promise<unknown[]>;
};

// A process that does not hear for so long serves nobody either.
const DEAF_MS = 1_000;
const COLLECT_MS = 5_000;

/** The primary's part of `workerOfMachine`: passes announcements on, answers questions, collects. */
export function servePrimary(answers: Answers, faults: Faults): Primary {
  const hearing = createRound();
  const collecting = createRound();

  const passOn = async (from: Worker, { topic, items }: Message & { kind: 'announce' }) => {
    const others = connected().filter(({ id }) => id !== from.id);
    const { id, all } = hearing.begin(others);
    for (const other of others) send(other, { kind: 'announce', id, topic, items });
    await Promise.race([all, sleep(DEAF_MS, undefined, { ref: false })]);
    hearing.end(id);
  };
  const answer = async (worker: Worker, { id, question, about }: Message & { kind: 'ask' }) => {
    try {
      const known = Object.hasOwn(answers, question) ? answers[question] : undefined;
      send(worker, { kind: 'answer', id, value: await known?.(about as never, worker.id) });
    } catch (error) {
      send(worker, { kind: 'answer', id, failure: String(error) });
    }
  };
  const hear = async (worker: Worker, message: unknown) => {
    if (!isMessage(message)) throw new Error('a process sent what is no message of ours');
    if (message.kind === 'heard') hearing.answer(message.id, worker.id, undefined);
    else if (message.kind === 'collected') collecting.answer(message.id, worker.id, message);
    else if (message.kind === 'ask') await answer(worker, message);
    else if (message.kind === 'announce') {
      await passOn(worker, message);
      send(worker, { kind: 'done', id: message.id });
    }
  };

  cluster.on('exit', (worker) => {
    hearing.forget(worker.id);
    collecting.forget(worker.id);
  });
  cluster.on('message', faults.guard('message', hear));
  return {
    async collect(topic) {
      const workers = connected();
      const { id, all } = collecting.begin(workers);
      for (const worker of workers) send(worker, { kind: 'collect', id, topic });
      const given = await Promise.race([all, sleep(COLLECT_MS, undefined, { ref: false })]);
      collecting.end(id);
      if (given === undefined) throw new Error(`not all processes gave their ${topic} in time`);
      return given.map((one) => {
        const { value, failure } = one as Message & { kind: 'collected' };
        if (failure !== undefined) throw new Error(failure);
        return value;
      });
    },
  };
}

const connected = (): Worker[] =>
  Object.values(cluster.workers ?? {})
    .filter((worker) => worker !== undefined)
    .filter((worker) => worker.isConnected());

const send = (worker: Worker, message: Message): void => {
  if (worker.isConnected()) worker.send(message);
};

/** Waits for an answer of each of some workers; one that dies is not waited for. */
function createRound() {
  type Round = { missing: Set<number>; given: unknown[]; done: (given: unknown[]) => void };
  const rounds = new Map<number, Round>();
  let lastId = 0;
  const leave = ({ missing, given, done }: Round, worker: number) => {
    if (missing.delete(worker) && missing.size === 0) done(given);
  };
  return {
    begin(workers: readonly Worker[]): { id: number; all: Promise<unknown[]> } {
      lastId += 1;
      const { promise: all, resolve: done } = Promise.withResolvers<unknown[]>();
      rounds.set(lastId, { missing: new Set(workers.map(({ id }) => id)), given: [], done });
      if (workers.length === 0) done([]);
      return { id: lastId, all };
    },
    answer(id: number, worker: number, value: unknown): void {
      const round = rounds.get(id);
      if (!round?.missing.has(worker)) return;
      round.given.push(value);
      leave(round, worker);
    },
    forget(worker: number): void {
      for (const round of rounds.values()) leave(round, worker);
    },
    end: (id: number) => void rounds.delete(id),
  };
}
