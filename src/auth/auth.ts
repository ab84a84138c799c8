export { createHasher, fits, type Hasher } from './hashing.ts';
export { insertUser } from './queries.ts';
export { seedUsers } from './seed.ts';
export { createSessions, type Sessions } from './sessions.ts';
export { createTokens, type Tokens } from './tokens.ts';
