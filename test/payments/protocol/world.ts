/**
 * The payment protocol as a small state machine: what the rows hold, what the gateway has done, and how far each request
 * has come. A process that stands still differs in nothing from a slow process: it takes no step, while time goes by
 * and everybody else does. So there is no step for a freeze; it is every order in which others come first.
 */
export type World = {
  kind: 'booking' | 'top-up';
  requests: readonly Request[];
  attempts: readonly Attempt[];
  key: Key | undefined;
  /** A number: confirmed for that attempt. A top-up has none. */
  booking: 'Pending' | 'gone' | number | undefined;
};

/** What a customer has sent to one of the two processes, and how far that has come. */
export type Request = {
  process: 0 | 1;
  keyed: boolean;
  at: At;
  attempt?: number | undefined;
  outcome?: Outcome | undefined;
};
export type At =
  | 'arrived'
  | 'claimed'
  | 'begun'
  | 'begun, but it does not know'
  | 'about to send'
  | 'sent'
  | 'settled, but it does not know'
  | 'refused for good'
  | 'refused for now'
  | 'over';
export type Outcome = 'charged' | 'declined' | 'unknown' | 'late';

export type Word = 'failed' | 'refunded' | 'credited' | 'confirmed';

/** A row of payment_transaction, and the charge that the gateway may have made for it. */
export type Attempt = {
  status: 'Processing' | 'Unknown' | 'Failed' | 'Completed' | 'Refunded';
  /** `late`: too little of it is left to charge, by the clocks of its process; `over`: by the database's, for the sweep. */
  lease: 'fresh' | 'late' | 'over';
  /** What the row names: the gateway's transaction, or the attempt's own key where an operator knew none. */
  transaction?: 'own' | 'key';
  resolution?: Word | undefined;
  earlier?: Word | undefined;
  /** Its process has told the row that it surely charged nobody. */
  isUncharged?: boolean;
  /** How many rows it has brought into the wallet. */
  added: number;

  // What no row knows, for the judgement at the end.
  /** By the gateway. */
  charged: boolean;
  /** The first byte left when the lease was over, after a look while it was not. */
  outOfGap?: boolean;
  /** Its process has learned of the charge. */
  cameBack?: boolean;
  /** What the operator saw in the gateway's list. */
  seen?: 'a charge' | 'nothing' | undefined;
};

/** The row of the customer's Idempotency-Key. */
export type Key = {
  claim: number;
  attempt?: number | undefined;
  answer?: 'bought' | 'refused';
  isOver: boolean;
};

/** What keeps the guarantee, each of which can be taken out to see that it is needed. */
export const GUARDS = {
  /** Nothing is sent when too little of the lease is left. */
  fence: true,
  /** A charge that comes back opens the attempt again that an operator has settled. */
  reopening: true,
  /** What an operator had done before that is not done a second time. */
  earlierWord: true,
  /** Whatever is done with a key matches the token of the claim, and looks whether it did. */
  claims: true,
  /** A booking with an attempt of unknown outcome is not charged. */
  unresolvedBlocks: true,
};
export type Guards = typeof GUARDS;

/** A step that somebody takes: the function of the program, or what happens outside of it. */
export type Step = { name: string; to: World };

export const start = (kind: World['kind']): World => ({
  kind,
  requests: [],
  attempts: [],
  key: undefined,
  booking: kind === 'booking' ? 'Pending' : undefined,
});

const replaced = <T>(list: readonly T[], place: number, change: Partial<T>): readonly T[] =>
  list.map((item, i) => (i === place ? { ...item, ...change } : item));

export const withRequest = (world: World, place: number, change: Partial<Request>): World => ({
  ...world,
  requests: replaced(world.requests, place, change),
});
export const withAttempt = (world: World, place: number, change: Partial<Attempt>): World => ({
  ...world,
  attempts: replaced(world.attempts, place, change),
});

export const isOpen = ({ status, lease, resolution }: Attempt) =>
  resolution === undefined && (status === 'Unknown' || (status === 'Processing' && lease === 'over'));

/** An operator has resolved it, or may resolve it again. */
export const isResolvedByOperator = ({ resolution, earlier }: Attempt) =>
  resolution !== undefined || earlier !== undefined;

export const isAlive = ({ at }: Request) => at !== 'over';
