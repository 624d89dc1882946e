import { type Clock, HOUR } from '../base/clock.ts';
import type { Limiter } from '../features/limits/limiter.ts';
import { readCounted } from '../features/logs/counted.ts';
import type { Policy } from './policy.ts';

/** The counters follow from the log's last hour; a little more of it, as the oldest part counts whole. */
export function seedLimiter(limiter: Limiter, policy: Policy, file: string, clock: Clock): void {
  const [wall, monotonic] = [clock.now(), Math.floor(clock.monotonic())];
  const wallAt = (time: number): number => wall - monotonic + time;
  readCounted(file, wall - (HOUR * 61) / 60, (tokenId, count) => {
    const question = { tokenId, token: policy.limitOf(tokenId), instance: policy.instanceLimit };
    limiter.seed(question, (from, to) => count(wallAt(from), wallAt(to)), monotonic);
  });
}
