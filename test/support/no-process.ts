// Loaded with --import: this process may start two others, and after them none for two tries, as on a machine that is
// short of memory.
import { ChildProcess } from 'node:child_process';

const { prototype } = ChildProcess as unknown as { prototype: { spawn: (...given: unknown[]) => unknown } };
const spawn = prototype.spawn;
let started = 0;
prototype.spawn = function (...given: unknown[]) {
  started += 1;
  if (started === 3 || started === 4) {
    throw Object.assign(new Error('spawn ENOMEM'), { code: 'ENOMEM' });
  }
  return spawn.apply(this, given);
};
