import type { Session } from './api.ts';
import type { Scene } from './scene.ts';
import { readTicket, scan, type Scan, type Sold } from './players.ts';

type Bearer = { as: Session; name: string; sold: Sold };

const ON_THE_WAY = 15;
const AT_THE_DOOR = 2;

/** A party shows its ticket at one of the doors, if it comes. */
export async function comeToDoor(scene: Scene, { as, name, sold }: Bearer): Promise<void> {
  const { stage, party, think } = scene;
  if (party.atDoor === 'stays away') return;
  await think(ON_THE_WAY);
  const ticket = await readTicket(stage.api, as, sold.booking);
  if (party.atDoor === 'sends a forger ahead')
    await show(scene, { name: 'A forger', ticket: forged(ticket), sold });
  await show(scene, { name, ticket, sold });
  if (party.atDoor !== 'comes twice') return;
  await think(AT_THE_DOOR);
  await show(scene, { name: `Somebody with the ticket of ${name}`, ticket, sold });
}

/** A ticket for more seats than were paid. */
const forged = (ticket: string) => ticket.replace(/^Seats: .*$/m, 'Seats: A1, A2, A3, A4, A5, A6');

type Shown = { name: string; ticket: string; sold: Sold };

async function show({ stage, tally }: Scene, { name, ticket, sold }: Shown): Promise<void> {
  const { api, doors, tell } = stage;
  const door = doors[sold.booking % doors.length];
  if (!door) return;
  const result = await scan(api, door, { ticket });
  if (result.outcome === 'checked_in') {
    tally.checkedIn.push(sold.booking);
    tell(`${name} goes in: ${sold.seats.join(', ')}`);
    return;
  }
  tally.refusedAtDoor[whyNot(result)] += 1;
  tell(`${name} is not let in: ${result.reason ?? 'the ticket was used already'}`);
}

function whyNot({ outcome, reason }: Scan): 'already' | 'forged' | 'tooEarly' | 'other' {
  if (outcome === 'already_done') return 'already';
  if (reason === 'forged') return 'forged';
  return reason === 'too_early' ? 'tooEarly' : 'other';
}
