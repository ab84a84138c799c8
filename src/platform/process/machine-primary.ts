import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from './faults.ts';
import { answerFrom, type Answerer, type Topic } from './machine.ts';
import { isMessage, type Message } from './machine-messages.ts';

export type Primary = {
  /** The values that the workers provide under a topic. Throws if one fails or is silent for too long. */
  collect<Item>(topic: Topic<Item>): Promise<Item[]>;
};

// A worker that is silent for so long answers no requests either.
const BROADCAST_MS = 1_000;
const COLLECT_MS = 5_000;

/** The primary's part of `workerOfMachine`: passes broadcasts on, answers questions, collects. */
export function servePrimary(answerers: readonly Answerer[], faults: Faults): Primary {
  const broadcasts = createRounds();
  const collections = createRounds();
  const answer = answerFrom(answerers);

  const passOn = async (from: Worker, { topic, items }: Message & { kind: 'broadcast' }) => {
    const others = connected().filter(({ id }) => id !== from.id);
    const { id, all } = broadcasts.begin(others);
    for (const other of others) send(other, { kind: 'broadcast', id, topic, items });
    await Promise.race([all, sleep(BROADCAST_MS, undefined, { ref: false })]);
    broadcasts.end(id);
  };
  const reply = async (worker: Worker, { id, question, asked }: Message & { kind: 'ask' }) => {
    try {
      send(worker, { kind: 'answer', id, value: await answer(question, asked, worker.id) });
    } catch (error) {
      send(worker, { kind: 'answer', id, failure: String(error) });
    }
  };
  const receive = async (worker: Worker, message: unknown) => {
    if (!isMessage(message)) throw new Error('a process sent what is no message of ours');
    if (message.kind === 'received') broadcasts.answer(message.id, worker.id, undefined);
    else if (message.kind === 'provided') collections.answer(message.id, worker.id, message);
    else if (message.kind === 'ask') await reply(worker, message);
    else if (message.kind === 'broadcast') {
      await passOn(worker, message);
      send(worker, { kind: 'done', id: message.id });
    }
  };

  cluster.on('exit', (worker) => {
    broadcasts.forget(worker.id);
    collections.forget(worker.id);
  });
  cluster.on('message', faults.guard('message', receive));
  return {
    async collect({ name, isItem }) {
      const workers = connected();
      const { id, all } = collections.begin(workers);
      for (const worker of workers) send(worker, { kind: 'collect', id, topic: name });
      const provided = await Promise.race([all, sleep(COLLECT_MS, undefined, { ref: false })]);
      collections.end(id);
      if (provided === undefined) throw new Error(`not all processes provided their ${name} in time`);
      return provided.map((one) => {
        const { value, failure } = one as Message & { kind: 'provided' };
        if (failure !== undefined) throw new Error(failure);
        if (!isItem(value)) throw new Error(`a process provided what is no ${name}`);
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

/** Each round waits for the answers of some workers. A worker that dies is dropped from the round. */
function createRounds() {
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
