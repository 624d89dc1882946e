/**
 * The names of an instance's keys. All are under one hash tag, so that they lie on one node of a cluster. A generation
 * of counters has names of its own: what is left of an older one is read no more and expires. The 1 is that of the form
 * of what is stored.
 */
export function redisKeys(instanceId: string) {
  const base = `{gatehouse:${instanceId}}:1`;
  return {
    state: `${base}:state`,
    /** Of who seeds a generation just now. */
    lock: `${base}:seeding`,
    of(generation: string) {
      const own = `${base}:${generation}`;
      return {
        index: `${own}:tokens`,
        resets: `${own}:resets`,
        instance: `${own}:instance`,
        token: (id: string) => `${own}:token:${id}`,
        trialInstance: `${own}:trial`,
        trialToken: (id: string) => `${own}:trial:${id}`,
      };
    },
  };
}

export type RedisKeys = ReturnType<typeof redisKeys>;
export type GenerationKeys = ReturnType<RedisKeys['of']>;
