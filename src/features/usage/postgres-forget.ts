import { DAY } from '../../base/clock.ts';
import { cellsBetween } from './cell-id.ts';
import { GRAINS_OF, type Kept } from './forget.ts';
import { inLock, type Run } from './postgres-old-rollups.ts';
import { writeLater } from './postgres-rollup.ts';
import { rollUp } from './writing.ts';

/** One statement deletes, or one transaction reads, about so many cells. */
const AT_ONCE = 5_000;

/** As `forgetBefore`, on Postgres. */
export async function forgetBeforeLater(run: Run, kept: Kept, time: number): Promise<void> {
  if (kept === 'minute') while (!(await inLock(run, (client) => writeLater(client, rollUp(time, AT_ONCE)))));
  for (const grain of GRAINS_OF[kept])
    for (let deleted = AT_ONCE; deleted === AT_ONCE; )
      deleted = await run(async (client) => {
        const { rowCount } = await client.query(
          `DELETE FROM rollup WHERE id IN
             (SELECT id FROM rollup WHERE id >= $1 AND id < $2 ORDER BY id LIMIT ${AT_ONCE})`,
          cellsBetween(grain, 0, time),
        );
        return rowCount ?? 0;
      });
  if (kept === 'quarter')
    await run((client) => client.query('DELETE FROM endpoint_use WHERE day < $1', [time / DAY]));
}
