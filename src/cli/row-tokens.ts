import type { RowToken } from '../demo/rows/callers.ts';
import type { AdminClient } from './client.ts';
import { allTokens } from './commands/token.ts';

const SYSTEMS = [
  'Payroll',
  'Planning',
  'Time clocks',
  'Roster app',
  'Reporting',
  'HR sync',
  'Badge doors',
  'Data warehouse',
  'Intranet',
  'Kiosk',
];
const USERS = 20;

/** So many tokens of an instance; those that it lacks are made, and users for them. */
export async function rowTokens(client: AdminClient, wanted: number): Promise<RowToken[]> {
  const lacking = wanted - (await client.tokens.list({ limit: 1 })).total;
  if (lacking > 0) await makeTokens(client, lacking);
  return (await allTokens(client))
    .slice(0, wanted)
    .map(({ id, name, userId, userName }) => ({ id, name, userId, userName }));
}

async function makeTokens(client: AdminClient, many: number): Promise<void> {
  const users = (await client.directory.users.list()).filter(({ active }) => active).slice(0, USERS);
  for (let n = users.length; n < USERS; n++)
    users.push(
      await client.directory.users.add({
        email: `service-${n + 1}@shifts.example`,
        name: `Service ${n + 1}`,
      }),
    );
  for (let number = 0; number < many; number++) {
    const name = `${SYSTEMS[number % SYSTEMS.length]} ${Math.floor(number / SYSTEMS.length) + 1}`;
    const user = users[number % users.length];
    if (user !== undefined) await client.tokens.create({ name, userId: user.id, scope: 'full' });
  }
}
