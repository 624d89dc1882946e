import { Stack, Text } from '@mantine/core';
import type { Limit } from '../../../features/limits/contract.ts';
import { count, counted } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import classes from './limits.module.css';

/** Bars of a made-up hour, for the drawing: their heights carry no meaning. */
const bars = [6, 9, 5, 12, 8, 14, 10, 7, 11, 16, 9, 6, 12, 8, 10, 15, 7, 9];

/** How limits count, in plain words. */
export function SlidingWindow({ limit }: { limit: Limit | undefined }) {
  return (
    <Panel title="How requests are counted">
      <svg
        className={classes.window}
        viewBox="0 0 288 64"
        role="img"
        aria-label="A window of one hour that ends now and moves along with time"
      >
        {bars.map((height, index) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a fixed drawing
            key={index}
            x={4 + index * 16}
            y={44 - height * 2}
            width={9}
            height={height * 2}
            rx={1.5}
            fill={index < 5 ? 'var(--gh-line)' : 'var(--mantine-color-harbour-5)'}
          />
        ))}
        <rect
          x={80}
          y={4}
          width={206}
          height={44}
          rx={5}
          fill="color-mix(in srgb, var(--gh-accent-text) 8%, transparent)"
          stroke="var(--gh-accent-text)"
        />
        <text x={82} y={60} fontSize={10} fill="var(--mantine-color-dimmed)">
          one hour ago
        </text>
        <text x={286} y={60} fontSize={10} textAnchor="end" fill="var(--mantine-color-dimmed)">
          now
        </text>
      </svg>
      <Stack gap="xs">
        <Text>
          The hour is a <b>sliding window</b>: at every moment, the requests of the last 60 minutes count.
          Nothing resets on the full hour, so nobody gets twice the limit around it.
        </Text>
        <Text>
          The <b>burst rate</b> is a second, short window. It keeps a client from spending its hour at once
          {limit !== undefined &&
            `: by default ${count(limit.burst.requests)} requests in any ${counted(limit.burst.seconds, 'second')}`}
          .
        </Text>
        <Text>
          A request over a limit is answered <b>429</b> with <span className="mono">Retry-After</span>, and
          does not count itself. Every answer says where its token stands:
        </Text>
        <Text component="div" fz="xs">
          <div className="mono">X-RateLimit-Limit</div>
          <div className="dimmed">the hourly limit</div>
          <div className="mono">X-RateLimit-Remaining</div>
          <div className="dimmed">what is left of it now</div>
          <div className="mono">X-RateLimit-Reset</div>
          <div className="dimmed">when more becomes free, as a Unix time</div>
        </Text>
      </Stack>
    </Panel>
  );
}
