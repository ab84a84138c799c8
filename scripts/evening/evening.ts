import { setTimeout as sleep } from 'node:timers/promises';
import { NoAnswer } from './api.ts';
import { comeToDoor } from './at-door.ts';
import { checkOut, leave } from './checkout.ts';
import type { Party, Plan } from './plan.ts';
import { hold, sellAtCounter, type Held, type Wish } from './players.ts';
import type { Scene, Stage } from './scene.ts';
import { emptyTally, type Tally } from './tally.ts';

export type Pace = { seconds: number; signal: AbortSignal };

// A shorter evening is played faster.
const USUAL_SECONDS = 180;
const CHOOSING = 3;

/**
 * Plays all parties of a plan, each at its time. Resolves when the last one is done, or soon after `signal`.
 * Unexpected events are recorded as the tally's surprises. Throws NoAnswer.
 */
export async function playEvening(stage: Stage, plan: Plan, { seconds, signal }: Pace): Promise<Tally> {
  const tally = emptyTally();
  const over = new AbortController();
  const ended = AbortSignal.any([signal, over.signal]);
  const beatMs = 1_000 * Math.min(1, seconds / USUAL_SECONDS);
  const play = async (party: Party) => {
    const think = async (beats: number) => {
      await sleep(beats * beatMs * party.hesitates, undefined, { signal: ended });
    };
    try {
      await sleep(party.arrives * seconds * 1_000, undefined, { signal: ended });
      const showing = stage.shows[party.show] ?? stage.shows[0];
      await visit({ stage, party, tally, think, title: showing.title }, showing.id);
    } catch (error) {
      if (error instanceof NoAnswer) over.abort();
      if (error instanceof NoAnswer || !ended.aborted) throw error;
    }
  };
  const results = await Promise.allSettled(plan.parties.map(play));
  const faults = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
  const fault = faults.find((error) => error instanceof NoAnswer);
  if (fault) throw fault;
  tally.surprises.push(...faults.map(({ message }) => message));
  return tally;
}

async function visit(scene: Scene, show: number): Promise<void> {
  const { party } = scene;
  const wish = { show, seats: party.seats, row: party.row };
  await (party.kind === 'comes to the counter' ? buyAtCounter(scene, wish) : buyOnline(scene, wish));
}

async function buyAtCounter(scene: Scene, wish: Wish): Promise<void> {
  const { stage, party, tally, think, title } = scene;
  const guest = stage.people.guest(party.person);
  await think(CHOOSING);
  const sold = await sellAtCounter(stage.api, stage.counter, { wish, guest });
  if (!sold) return turnAway(scene, guest.name);
  tally.sold.push(sold);
  stage.tell(`${guest.name} buys ${sold.seats.join(', ')} at the counter: ${title}`);
  await comeToDoor(scene, { as: stage.counter, name: guest.name, sold });
}

async function buyOnline(scene: Scene, wish: Wish): Promise<void> {
  const { stage, party, think, title } = scene;
  const customer = await stage.people.customer(party.person);
  await think(CHOOSING);
  const held = await hold(stage.api, customer, { wish });
  if (!held) return turnAway(scene, customer.name);
  stage.tell(`${customer.name} holds ${held.seats.join(', ')}: ${title}`);
  const sold = await checkOut(scene, customer, held).catch(async (error) => {
    await leaveInMiddle(scene, held, error);
  });
  if (sold) await comeToDoor(scene, { as: customer, name: customer.name, sold });
}

/** If the evening ends while a party decides, its seats are cancelled. */
async function leaveInMiddle(scene: Scene, held: Held, error: unknown): Promise<void> {
  const { stage, party, tally } = scene;
  const isDone = [...tally.unknown, ...tally.expired, ...tally.cancelled].includes(held);
  if (!(error instanceof NoAnswer) && !isDone) {
    await leave(scene, await stage.people.customer(party.person), held);
  }
  throw error;
}

function turnAway({ stage, tally, title }: Scene, name: string): void {
  tally.turnedAway += 1;
  stage.tell(`${name} finds no seats left: ${title}`);
}
