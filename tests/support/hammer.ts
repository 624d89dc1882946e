import { Agent, request } from 'undici';

/** What came of requests that a client saw answered. */
export interface Answered {
  readonly requestId: string;
  readonly status: number;
  readonly code: string | null;
  /** When the answer was there, by this process's steady clock, in milliseconds. */
  readonly at: number;
  /** Which of the gateways answered. */
  readonly gateway: number;
}

/** Requests without a pause, over several connections to each of some gateways. */
export interface Hammer {
  readonly answered: Answered[];
  /** Lets what is under way end. */
  stop(): Promise<Answered[]>;
}

/**
 * @param gateways their addresses; read anew for each request, as one that was started again has another
 * @param connections to each
 */
export function hammer(
  gateways: () => readonly string[],
  secret: string,
  { connections = 2, path = '/v1/locations', pauseMs = 0 } = {},
): Hammer {
  const answered: Answered[] = [];
  let stopped = false;
  const agent = new Agent({ connections: connections + 1, headersTimeout: 30_000 });
  const one = async (gateway: number): Promise<void> => {
    while (!stopped) {
      const address = gateways()[gateway] as string;
      const answer = await ask(agent, address + path, secret);
      if (answer === null) await pause(20);
      else answered.push({ ...answer, gateway });
      if (pauseMs > 0) await pause(pauseMs);
    }
  };
  const running = gateways().flatMap((_, gateway) => Array.from({ length: connections }, () => one(gateway)));
  return {
    answered,
    async stop() {
      stopped = true;
      await Promise.all(running);
      await agent.destroy();
      return answered;
    },
  };
}

/** null: nobody answered. */
async function ask(agent: Agent, url: string, secret: string): Promise<Omit<Answered, 'gateway'> | null> {
  try {
    const { statusCode, headers, body } = await request(url, {
      dispatcher: agent,
      headers: { authorization: `Bearer ${secret}` },
    });
    const text = await body.text();
    const at = performance.now();
    const code = statusCode >= 400 ? (JSON.parse(text) as { code: string }).code : null;
    return { requestId: String(headers['x-request-id']), status: statusCode, code, at };
  } catch {
    // Its process was killed or its connection cut: the client saw no answer, and nothing is promised of it.
    return null;
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
