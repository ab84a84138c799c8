import { seededRandom } from '../../src/payments/simulator.ts';

/** What a party does about its payment. `share` of a hundred parties do so. */
export const KINDS = {
  'pays by card': { share: 30, pays: ['good card'] },
  'pays by a slow card': { share: 4, pays: ['slow card'] },
  'pays from the wallet': { share: 10, pays: ['wallet'] },
  'pays from wallet and card': { share: 4, pays: ['wallet and card'] },
  'mistypes the card': { share: 4, pays: ['mistyped card', 'good card'] },
  'is declined once': { share: 6, pays: ['declined card', 'good card'] },
  'is declined and leaves': { share: 4, pays: ['declined card', 'declined card'] },
  'pays with unknown outcome': { share: 3, pays: ['unknown card', 'good card'] },
  'lets the hold expire': { share: 7, pays: [] },
  'changes its mind': { share: 6, pays: [] },
  'comes to the counter': { share: 22, pays: [] },
} as const satisfies Record<string, { share: number; pays: readonly string[] }>;
export type Kind = keyof typeof KINDS;
export type Payment = (typeof KINDS)[Kind]['pays'][number];

/** What a party with tickets does at the door. */
export type AtDoor = 'comes' | 'comes twice' | 'sends a forger ahead' | 'comes too early' | 'stays away';

export type Party = {
  kind: Kind;
  /** The first show of the evening, whose door is open, the late one, or another of today. */
  show: 0 | 1 | 2;
  seats: number;
  row: number;
  /** When it comes, as a share of the evening. */
  arrives: number;
  /** How slow it is to decide: 1 is usual. */
  hesitates: number;
  /** Which of the customers it is, or which guest at the counter. */
  person: number;
  atDoor: AtDoor;
};
export type Plan = { parties: Party[]; movies: [number, number] };

const PARTIES_A_MINUTE = 24;
const FEWEST_PARTIES = 36;
// More would find the halls full.
const MOST_PARTIES = 84;
// Each of them signs up, which costs the program three hashes.
const CUSTOMERS_A_MINUTE = 8;
const FEWEST_CUSTOMERS = 8;
const MOST_CUSTOMERS = 24;
// Each of them spends the wallet's balance and pays the rest by card, so no other party may use that wallet.
const WITH_LITTLE_MONEY = 2;
const LATECOMERS = 0.1;
const SIZES = [1, 2, 2, 2, 2, 2, 3, 3, 4, 4];
const SHOWS = [0, 0, 0, 0, 0, 0, 1, 1, 1, 2] as const;
const FAVOURITE_ROWS = [2, 3, 4, 4, 5, 5, 6, 6, 6, 7, 7, 8, 9];

/** All decisions of an evening. They follow from the seed and its length alone, not from times or answers. */
export function planEvening({ seed, minutes }: { seed: number; minutes: number }): Plan {
  const random = seededRandom(seed);
  const below = (end: number) => Math.floor(random() * end);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const within = (least: number, most: number, wanted: number) =>
    Math.min(most, Math.max(least, Math.round(wanted)));
  const howMany = within(FEWEST_PARTIES, MOST_PARTIES, minutes * PARTIES_A_MINUTE);
  const customers = within(FEWEST_CUSTOMERS, MOST_CUSTOMERS, minutes * CUSTOMERS_A_MINUTE);
  const movies: [number, number] = [random(), random()];
  const kinds = shuffled(deck(howMany), random);
  const parties = kinds.map((kind, place): Party => {
    const isLate = place >= howMany * (1 - LATECOMERS);
    const show = isLate ? 0 : pick(SHOWS);
    return {
      kind,
      show,
      seats: pick(SIZES),
      row: pick(FAVOURITE_ROWS),
      arrives: isLate ? 0.8 + 0.08 * random() : 0.78 * ((place + random()) / (howMany * (1 - LATECOMERS))),
      hesitates: 0.5 + random() * 1.5,
      person:
        kind === 'pays from wallet and card'
          ? below(WITH_LITTLE_MONEY)
          : WITH_LITTLE_MONEY + below(customers - WITH_LITTLE_MONEY),
      atDoor: atDoor(show, random()),
    };
  });
  return { parties, movies };
}

/** This many kinds in their shares, each at least once. */
function deck(howMany: number): Kind[] {
  const kinds = Object.keys(KINDS) as Kind[];
  const all = kinds.flatMap((kind) =>
    Array.from<Kind>({ length: Math.max(1, Math.round((KINDS[kind].share * howMany) / 100)) }).fill(kind),
  );
  const usual = Array.from<Kind>({ length: Math.max(0, howMany - all.length) }).fill('pays by card');
  return [...all, ...usual];
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  return list
    .map((item) => ({ item, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

function atDoor(show: Party['show'], chance: number): AtDoor {
  if (show !== 0) return chance < 0.12 ? 'comes too early' : 'stays away';
  if (chance < 0.7) return 'comes';
  if (chance < 0.78) return 'comes twice';
  return chance < 0.82 ? 'sends a forger ahead' : 'stays away';
}
