import { startMonitor, type Monitor } from '../bookings/bookings.ts';
import { createNotices } from '../platform/database/notices.ts';
import { createUnderWay, type UnderWay } from '../platform/process/under-way.ts';
import {
  createSeatMapReader,
  createSeats,
  createWatching,
  isSeatChange,
  type SeatChange,
  type Seats,
  type Watching,
} from '../shows/shows.ts';
import type { Config } from './config.ts';
import type { Foundation } from './foundation.ts';
import { drainMs } from './stopping.ts';

export type SeatMaps = { seats: Seats; watching: Watching };

/** Seat maps in memory, and the notices about changes between machines. */
export function openSeatMaps({
  log,
  pool,
  listenUrl,
  businessMetrics,
  machine,
  faults,
  closing,
}: Foundation): SeatMaps {
  const seats: Seats = createSeats({
    machine,
    log,
    faults,
    tellOthers: (change) => notices.tell(change),
    hearsChanges: () => notices.areHeard(),
    readMap: createSeatMapReader(pool),
  });
  const notices = createNotices<SeatChange>({
    on: pool,
    listenUrl,
    channel: 'skyfox_seats',
    log,
    faults,
    isItem: isSeatChange,
    onHeard: (changes) => seats.heard(changes),
    onIgnored: () => businessMetrics.ignoredNotice(),
    onGap: () => seats.forgetAll(),
  });
  closing.owns(notices, (opened) => opened.close());
  return { seats, watching: createWatching({ seats, faults }) };
}

export type Holds = {
  monitor: Monitor;
  /** Payments that are not finished; closing waits for them. */
  underWay: UnderWay;
  rules: Config['bookings'] & { zone: string };
  paymentTimeoutSeconds: number;
};

/** The monitor of holds, and the payments that a stop waits for. */
export function openHolds(
  { config, log, pool, businessMetrics, closing }: Foundation,
  { seats }: SeatMaps,
): Holds {
  const { bookings, payments, cinemaTimeZone: zone } = config;
  const monitor = startMonitor({
    on: pool,
    seats,
    log,
    holdSeconds: bookings.holdSeconds,
    onExpired: (holds) => businessMetrics.expired(holds.map(({ lateMs }) => lateMs)),
    onFailed: (part) => businessMetrics.choreFailed(part),
  });
  closing.owns(monitor, (started) => started.stop());
  const underWay = closing.owns(createUnderWay(), (works) => works.drained(drainMs(config)));
  return { monitor, underWay, rules: { ...bookings, zone }, paymentTimeoutSeconds: payments.timeoutSeconds };
}
