import { openReview } from '../../src/features/logs/review/review.ts';

// Reviews the files of its arguments in a process of its own, and prints the state and the most memory it had.
const review = openReview(process.argv.slice(2));
await review.done;
const state = review.state();
// What would be asked first.
const all = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, terms: [] };
const { rows } = await review.log.search(all, { order: 'newest', after: null, limit: 100 }, 1_000);
await review.close();
process.stdout.write(
  JSON.stringify({ state, shown: rows.length, mb: process.resourceUsage().maxRSS / 1024 }),
);
