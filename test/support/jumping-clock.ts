import { readFileSync } from 'node:fs';

// Loaded with --import: this process's clock is as many milliseconds ahead as the file CLOCK_FILE says. So a test that
// has let it stand still for a moment can have it wake up to find that half a minute has gone by.
const file = process.env['CLOCK_FILE'] ?? '';
const RealDate = Date;
const aheadMs = () => Number(readFileSync(file, 'utf8'));

globalThis.Date = class extends RealDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(RealDate.now() + aheadMs());
    else super(...(given as [number]));
  }

  static override now(): number {
    return RealDate.now() + aheadMs();
  }
} as DateConstructor;
