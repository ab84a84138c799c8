import type { Pool } from '../platform/database/db.ts';
import type { Hasher } from './hashing.ts';
import { findCredentials, insertStaff, insertUser } from './queries.ts';

const STAFF = [
  { username: 'seed-user-1', role: 'admin', name: 'Admin One', counterNo: 101 },
  { username: 'seed-user-2', role: 'admin', name: 'Admin Two', counterNo: 102 },
  { username: 'staff-1', role: 'staff', name: 'Staff One', counterNo: 501 },
] as const;

/** Writes the first users that are missing: data.md, *Seeding*. Without a password it writes none. */
export async function seedUsers(pool: Pool, hasher: Hasher, password: string | undefined): Promise<void> {
  if (password === undefined) return;
  for (const staff of STAFF) {
    if (await findCredentials(pool, staff.username)) continue;
    const passwordHash = await hasher.hash(password);
    await pool.transaction(async (tx) => {
      if (await insertUser(tx, { ...staff, passwordHash })) await insertStaff(tx, staff);
    });
  }
}
