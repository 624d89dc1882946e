/**
 * `npm run bench`: what judging an address costs with 100,000 ranges beside what it costs with ten, and beside
 * Node's own `net.BlockList`, interleaved in one run. Prints medians and ratios.
 */
import { BlockList } from 'node:net';
import { compileRanges, type RangeSet } from '../../src/features/ip-rules/ranges.ts';
import { median } from './parts.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5) * 2 + 1;
const LOOK_UPS = 200_000;

/** The nth of neighbouring /24 (even n) and /64 (odd n). */
const rangeOf = (n: number): string =>
  n % 2 === 0
    ? `${10 + (n >> 17)}.${(n >> 9) & 255}.${(n >> 1) & 255}.0/24`
    : `2001:db8:${(n >> 16).toString(16)}:${(n & 0xffff).toString(16)}::/64`;

const addressIn = (range: string): string =>
  range.replace(/0\/24$|::\/64$/, (end) => (end === '0/24' ? '7' : '::7'));

const rules = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: String(n), range: rangeOf(n), label: '' }));

/** Nanoseconds a look-up. */
function cost(match: (address: string) => unknown): number {
  const start = process.hrtime.bigint();
  for (let i = 0; i < LOOK_UPS; i++) match(addresses[i % addresses.length] as string);
  return Number(process.hrtime.bigint() - start) / LOOK_UPS;
}

/** The same for all that is measured: half of them in one of 100,000 ranges. Reading the text costs most. */
const addresses = Array.from({ length: 1_000 }, (_, i) => {
  const inside = addressIn(rangeOf(i * 100 + ((i >> 1) % 2)));
  return i % 2 === 0 ? inside : inside.includes(':') ? 'fd00::1' : '192.0.2.1';
});

const ten: RangeSet = compileRanges(rules(10));
const many: RangeSet = compileRanges(rules(100_000));
const list = new BlockList();
for (let n = 0; n < 10; n++) {
  const [address = '', prefix] = rangeOf(n).split('/');
  list.addSubnet(address, Number(prefix), address.includes(':') ? 'ipv6' : 'ipv4');
}
const measured = {
  'ten ranges': () => cost((address) => ten.match(address)),
  '100,000 ranges': () => cost((address) => many.match(address)),
  'net.BlockList, ten ranges': () =>
    cost((address) => list.check(address, address.includes(':') ? 'ipv6' : 'ipv4')),
};
const costs = Object.fromEntries(Object.keys(measured).map((name) => [name, [] as number[]]));
for (const measure of Object.values(measured)) measure(); // warm-up, not counted
for (let round = 0; round < ROUNDS; round++)
  for (const [name, measure] of Object.entries(measured)) costs[name]?.push(measure());

const base = median(costs['ten ranges'] ?? []);
console.log(`Judging an address, ${ROUNDS} rounds of ${LOOK_UPS} look-ups, interleaved; medians`);
for (const [name, values] of Object.entries(costs)) {
  const middle = median(values);
  console.log(
    `${name.padEnd(44)} ${middle.toFixed(0).padStart(7)} ns  ${(middle / base).toFixed(2)} of ten ranges`,
  );
}
