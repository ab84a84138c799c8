/** A name in the environment that is no setting but looks like one. */
export type NearMiss = { name: string; meant: string };

// Settings of other programs that differ little from ours.
const OTHERS = new Set(['AWS_DEFAULT_REGION', 'HOSTNAME', 'HOSTTYPE', 'HOME']);
// What npm gives its scripts, and the settings of nginx in the same container (deploy/nginx).
const OTHERS_BEGIN = /^(npm|NGINX)_/;
const SHORT_NAME = 5;

/** Names of `given` that are probably misspelt names of `known`, in alphabetical order. */
export function findNearMisses(given: Iterable<string>, known: ReadonlySet<string>): NearMiss[] {
  const misses: NearMiss[] = [];
  for (const name of [...given].toSorted()) {
    if (known.has(name) || OTHERS.has(name) || OTHERS_BEGIN.test(name)) continue;
    const meant = closest(name, known);
    if (meant !== undefined) misses.push({ name, meant });
  }
  return misses;
}

function closest(name: string, known: ReadonlySet<string>): string | undefined {
  const upper = name.toUpperCase();
  let best: { setting: string; distance: number } | undefined;
  for (const setting of known) {
    const isCloseInWords = isRephrased(upper, setting) || isCutShort(upper, setting);
    const distance = isCloseInWords ? 1 : editDistance(upper, setting);
    const allowed = setting.length <= SHORT_NAME ? 1 : 2;
    if (distance <= allowed && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) {
      best = { setting, distance };
    }
  }
  return best?.setting;
}

/** The same words in another order, or one word too many or too few of at least two that are the same. */
function isRephrased(name: string, setting: string): boolean {
  const given = new Set(name.split('_'));
  const wanted = new Set(setting.split('_'));
  const shared = given.intersection(wanted).size;
  return shared >= 2 && given.size + wanted.size - 2 * shared <= 1;
}

const isCutShort = (name: string, setting: string) =>
  setting.startsWith(name) && name.length > SHORT_NAME && name.length > setting.length / 2;

/** How many letters were left out, added, changed, or swapped with their neighbour. */
function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, place) => place)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let i = 1; i <= from.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1];
      let cost = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (isSame ? 0 : 1));
      const isSwapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (isSwapped) cost = Math.min(cost, at(i - 2, j - 2) + 1);
      rows[i]?.push(cost);
    }
  }
  return at(from.length, to.length);
}
