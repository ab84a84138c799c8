import { StartFault } from '../errors.ts';
import { findNearMisses, type NearMiss } from './near-misses.ts';

export type Environment = Record<string, string | undefined>;
type Range = { min: number; max: number };

/** Reads settings and collects their faults, so a start reports all of them at once. */
export class Reader {
  readonly #env: Environment;
  readonly #faults: string[] = [];
  readonly #known = new Set<string>();

  constructor(env: Environment) {
    this.#env = env;
  }

  /** Names in the environment that are no settings, but look like one. */
  nearMisses(): NearMiss[] {
    return findNearMisses(Object.keys(this.#env), this.#known);
  }

  /** Secrets are never shown: a fault says what is wrong, not what was given. */
  fault(name: string, wrong: string, example: string): void {
    this.#faults.push(`${name} ${wrong}; for example ${name}=${example}`);
  }

  /** Throws a StartFault with a line for each fault. */
  finish(): void {
    if (this.#faults.length > 0) throw new StartFault(this.#faults.join('\n'));
  }

  /** An empty value counts as absent: compose files and dashboards cannot unset a variable. */
  value(name: string): string | undefined {
    this.#known.add(name);
    return this.#env[name]?.trim() || undefined;
  }

  text(name: string, standard: string): string {
    return this.value(name) ?? standard;
  }

  isSet(name: string): boolean {
    return this.value(name) !== undefined;
  }

  oneOf<T extends string>(name: string, choices: readonly T[], standard: T): T {
    const value = this.value(name) ?? standard;
    const found = choices.find((choice) => choice === value);
    if (found === undefined) this.fault(name, `must be one of ${choices.join(', ')}`, standard);
    return found ?? standard;
  }

  flag(name: string): boolean {
    return this.oneOf(name, ['true', 'false'], 'false') === 'true';
  }

  whole(name: string, standard: number, range: Range): number {
    return this.optionalWhole(name, range, standard) ?? standard;
  }

  optionalWhole(name: string, { min, max }: Range, example = min): number | undefined {
    const text = this.value(name);
    if (text === undefined) return undefined;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    this.fault(name, `must be a whole number from ${min} to ${max}`, String(example));
    return undefined;
  }
}
