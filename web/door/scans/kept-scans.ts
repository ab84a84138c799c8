/** What a check-in asks: a ticket as it was scanned, or bookings by their numbers. */
export type Shown = { ticket: string } | { booking_id: number } | { booking_ids: readonly number[] };
/** A scan whose answer has not come yet. */
export type KeptScan = {
  /** Its Idempotency-Key: however often it is sent, it counts once, and its first answer comes back. */
  key: string;
  shown: Shown;
  /** On the server's clock. */
  scannedAt: number;
  /** The user who sent it first, whose key it is. */
  sentBy: string;
};
export type Keep = {
  /** Returns whether it outlives the page. */
  put(scan: KeptScan): boolean;
  drop(key: string): void;
  /** Oldest first. */
  list(): KeptScan[];
};

const PLACE = 'skyfox.door.';

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/**
 * Keeps scans until they are answered, over reloads and after the tab is gone. Each is an item of its own, so two tabs
 * never write over each other's.
 */
export function createKeep(store: Store | undefined): Keep {
  return {
    put(scan) {
      try {
        store?.setItem(PLACE + scan.key, JSON.stringify(scan));
        return store !== undefined;
      } catch {
        return false;
      }
    },
    drop: (key) => store?.removeItem(PLACE + key),
    list() {
      const names = Array.from({ length: store?.length ?? 0 }, (_, at) => store?.key(at) ?? '');
      const found = names.flatMap((name) => {
        if (!name.startsWith(PLACE)) return [];
        const scan = readScan(store?.getItem(name) ?? '');
        if (scan) return [scan];
        store?.removeItem(name);
        return [];
      });
      return found.sort((a, b) => a.scannedAt - b.scannedAt);
    },
  };
}

/** The browser's store of this origin; none where the user forbids it. */
export function storeOfBrowser(): Store | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

function readScan(text: string): KeptScan | undefined {
  try {
    const scan = JSON.parse(text) as KeptScan;
    const isWhole =
      [scan.key, scan.sentBy].every((part) => typeof part === 'string') &&
      Number.isFinite(scan.scannedAt) &&
      isShown(scan.shown);
    return isWhole ? scan : undefined;
  } catch {
    return undefined;
  }
}

function isShown(shown: Partial<Record<string, unknown>>): boolean {
  const { ticket, booking_id, booking_ids } = shown;
  return typeof ticket === 'string' || Number.isSafeInteger(booking_id) || Array.isArray(booking_ids);
}
