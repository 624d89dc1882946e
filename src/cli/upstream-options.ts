import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { UpstreamSettings } from '../features/upstream/contract.ts';
import { collect, wholeNumber } from './command.ts';

/** How an upstream is described on the command line. */
export interface UpstreamOptions {
  openapi?: string;
  allowUpstreamAddress?: string[];
  upstreamConnectTimeout?: number;
  upstreamHeadersTimeout?: number;
  upstreamIdleTimeout?: number;
}

const seconds = wholeNumber(1, 86_400);

export const withUpstreamOptions = (command: Command): Command =>
  command
    .option('--openapi <file>', 'the OpenAPI 3.x document of the upstream, JSON or YAML')
    .option(
      '--allow-upstream-address <cidr>',
      'let the upstream be there, though it is on the deny list',
      collect,
    )
    .option('--upstream-connect-timeout <s>', 'seconds for the connection; default 5', seconds)
    .option('--upstream-headers-timeout <s>', 'seconds until the answer begins; default 60', seconds)
    .option('--upstream-idle-timeout <s>', 'seconds between two pieces of the answer; default 60', seconds);

/** What was given of an upstream's settings, its file as an absolute path. */
export function settingsOf(options: UpstreamOptions, url: string | undefined): Partial<UpstreamSettings> {
  const { openapi, allowUpstreamAddress, ...times } = options;
  return {
    ...(url !== undefined && { url }),
    ...(openapi !== undefined && { openApiFile: resolve(openapi) }),
    ...(allowUpstreamAddress !== undefined && { allowAddresses: allowUpstreamAddress }),
    ...(times.upstreamConnectTimeout !== undefined && { connectSeconds: times.upstreamConnectTimeout }),
    ...(times.upstreamHeadersTimeout !== undefined && { headersSeconds: times.upstreamHeadersTimeout }),
    ...(times.upstreamIdleTimeout !== undefined && { idleSeconds: times.upstreamIdleTimeout }),
  };
}
