import { createHash, randomBytes, randomInt } from 'node:crypto';
import { expectData, type Api, type Session } from './api.ts';
import { logIn, type Guest } from './players.ts';

// First names differ, since usernames are made of them.
const NAMES =
  `Asha Rao, Ravi Menon, Meera Iyer, Kabir Shah, Leela Nair, Arjun Das, Tara Bose, Dev Patel, Zoya Khan, Nikhil Jain,
  Sara Thomas, Imran Ali, Diya Sen, Rohan Gupta, Maya Pillai, Anil Kumar, Farah Sheikh, Vikram Rathore, Priya Desai,
  John Mathew, Kiran Reddy, Anne-Marie Dias, Sunil Verma, Geeta Joshi`.split(/,\s+/);
const GUESTS = [
  'Mohan Lal',
  'Ritu Arora',
  'Peter Lobo',
  'Usha Rani',
  'Hari Prasad',
  'Nadia Qureshi',
  'Om Prakash',
];
// The smallest GIF there is.
const PICTURE = 'R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs=';
const PICTURE_SHA = createHash('sha256').update(Buffer.from(PICTURE, 'base64')).digest('hex');

/** The part of names, addresses and numbers that differs from all earlier evenings. */
export type Run = { id: string; phonePrefix: string; password: string };
export const newRun = (): Run => ({
  id: randomBytes(4).toString('hex'),
  phonePrefix: `7${String(randomInt(1e6)).padStart(6, '0')}`,
  password: `Evening@${randomBytes(4).toString('hex')}`,
});

export type Customer = Session & { name: string };
/** Customers sign up when they come for the first time, one after the other: passwords are slow to hash. */
export type People = {
  customer: (person: number) => Promise<Customer>;
  guest: (person: number) => Guest;
  usernames: () => string[];
  /** An account that no player uses, for the developer who watches. */
  watcher: () => Promise<Customer>;
};
const WATCHER = 999;

export function createPeople(api: Api, run: Run): People {
  const known = new Map<number, Promise<Customer>>();
  let last: Promise<unknown> = Promise.resolve();
  const name = (person: number) => NAMES[person % NAMES.length] ?? 'Asha Rao';
  const username = (person: number) => `${firstName(name(person))}.${run.id}`;
  return {
    customer(person) {
      const newcomer = { place: person, name: name(person), username: username(person) };
      const coming = known.get(person) ?? last.then(() => signUp(api, run, newcomer));
      known.set(person, coming);
      last = coming.catch(() => undefined);
      return coming;
    },
    guest: (person) => ({
      name: GUESTS[person % GUESTS.length] ?? 'Mohan Lal',
      phone: `98765432${String(person % 100).padStart(2, '0')}`,
    }),
    watcher: () => signUp(api, run, { place: WATCHER, name: 'A Guest', username: `guest.${run.id}` }),
    usernames: () => [...known.keys()].map(username),
  };
}

const firstName = (name: string) => (name.split(/[ -]/)[0] ?? name).toLowerCase();

type Newcomer = { place: number; name: string; username: string };

async function signUp(api: Api, run: Run, { place, name, username }: Newcomer): Promise<Customer> {
  const reply = await api.ask<object>('POST', '/customer/signup', {
    body: {
      name,
      username,
      password: run.password,
      number: `${run.phonePrefix}${String(place).padStart(3, '0')}`,
      email: `${username}@example.com`,
      profile_img: PICTURE,
      profile_img_sha: PICTURE_SHA,
      security_question_id: 1,
      security_answer: 'Bluebell',
    },
  });
  expectData(`the sign-up of ${username}`, reply);
  return { ...(await logIn(api, username, run.password)), name };
}
