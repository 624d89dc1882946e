import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import about from '../../package.json' with { type: 'json' };
import { SECOND } from '../base/clock.ts';
import type { GatewayMeasures } from '../gateway/measures.ts';
import { type Counts, DURATION_BOUNDS } from '../gateway/tally.ts';

export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/**
 * What this process and its gateway (null: none runs here) tell, in Prometheus's text format. They are plain numbers
 * until somebody scrapes. No label has a token, a user, an address or a path.
 */
export function renderMetrics(measures: GatewayMeasures | null): Promise<string> {
  const registry = new Registry();
  ofProcess(registry);
  const gauge = gauges(registry);
  gauge('gateway_up', '1 while a gateway runs in this process.').set(measures === null ? 0 : 1);
  gauge('gateway_ready', '1 while its policy is current, its log can be written and its limits counted.').set(
    measures?.unready === null ? 1 : 0,
  );
  if (measures !== null) ofGateway(registry, measures);
  return registry.metrics();
}

const gauges =
  (registry: Registry) =>
  (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `gatehouse_${name}`, help, labelNames, registers: [registry] });

/** Under the names that Prometheus gives every process. */
function ofProcess(registry: Registry): void {
  const registers = [registry];
  gauges(registry)('build_info', 'The version that runs; always 1.', ['version']).set(
    { version: about.version },
    1,
  );
  new Gauge({ name: 'process_resident_memory_bytes', help: 'Resident memory.', registers }).set(
    process.memoryUsage.rss(),
  );
  const { user, system } = process.cpuUsage();
  new Counter({ name: 'process_cpu_seconds_total', help: 'User and system time.', registers }).inc(
    (user + system) / 1e6,
  );
  new Gauge({ name: 'process_start_time_seconds', help: 'Start, in Unix seconds.', registers }).set(
    STARTED_AT,
  );
}

/** Unix seconds; asked once, so that it does not seem to move with the clock. */
const STARTED_AT = Math.round(Date.now() / SECOND - process.uptime());

function ofGateway(registry: Registry, { counts, log, policy, limits, loopLag }: GatewayMeasures): void {
  const gauge = gauges(registry);
  const requests = new Counter({
    name: 'gatehouse_requests_total',
    help: 'Answers, by the class of their status and the reason in the log.',
    labelNames: ['class', 'reason'],
    registers: [registry],
  });
  for (const { statusClass, reason, count } of counts.requests)
    requests.inc({ class: statusClass, reason }, count);
  const limited = new Counter({
    name: 'gatehouse_limit_refusals_total',
    help: 'Requests that a limit refused, by whose and which it is.',
    labelNames: ['owner', 'limit'],
    registers: [registry],
  });
  for (const { owner, kind, count } of counts.limited) limited.inc({ owner, limit: kind }, count);
  new CountedHistogram(registry, counts);
  gauge('journal_waiting_bytes', 'Bytes of the request journal that are not in the log yet.').set(
    log.bytesWaiting,
  );
  gauge('log_writer_lag_seconds', 'Rows that were journalled so long ago, or earlier, are in the log.').set(
    log.behindMs / SECOND,
  );
  gauge('policy_version', 'The version of the policy in force.').set(policy.version);
  gauge('policy_age_seconds', 'Since the policy was last known to be current.').set(policy.age / SECOND);
  gauge(
    'limits_suspended',
    '1 while this gateway counts by itself what it should count with the others.',
  ).set(limits === 'suspended' ? 1 : 0);
  gauge('limits_unavailable', '1 while the limits cannot be counted, so that nobody is let in.').set(
    limits === 'unavailable' ? 1 : 0,
  );
  const lag = gauge('event_loop_lag_seconds', 'How late the event loop was since the last scrape.', [
    'quantile',
  ]);
  lag.set({ quantile: '0.5' }, loopLag.p50 / SECOND);
  lag.set({ quantile: '0.99' }, loopLag.p99 / SECOND);
  lag.set({ quantile: '1' }, loopLag.max / SECOND);
}

const NAME = 'gatehouse_request_duration_seconds';
const HELP = "From a request's arrival until its answer is known; of a streamed answer, until its end.";

/** A histogram of what was counted elsewhere: prom-client's own would have to see each request. */
class CountedHistogram extends Histogram {
  readonly #counts: Counts;

  constructor(registry: Registry, counts: Counts) {
    super({
      name: NAME,
      help: HELP,
      registers: [registry],
    });
    this.#counts = counts;
  }

  /** What the registry asks a metric for. */
  async getForPromString() {
    let count = 0;
    const values = this.#counts.durations.map((more, bucket) => {
      count += more;
      return {
        metricName: `${NAME}_bucket`,
        labels: { le: DURATION_BOUNDS[bucket] ?? '+Inf' },
        value: count,
      };
    });
    return {
      name: NAME,
      help: HELP,
      type: 'histogram',
      values: [
        ...values,
        { metricName: `${NAME}_sum`, labels: {}, value: this.#counts.durationSeconds },
        { metricName: `${NAME}_count`, labels: {}, value: count },
      ],
    };
  }
}
