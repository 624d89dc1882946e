import type { Pool, PoolClient } from 'pg';

/**
 * Runs `work` in a transaction on a connection of a pool.
 * @param begin the statement that begins it
 */
export async function pooledTransaction<T>(
  pool: Pool,
  begin: string,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query(begin);
    const answer = await work(client);
    await client.query('COMMIT');
    return answer;
  } catch (thrown) {
    failure = thrown as Error;
    throw thrown;
  } finally {
    // A connection that failed is not used again: its transaction may still be open.
    client.release(failure);
  }
}
