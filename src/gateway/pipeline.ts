import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import type { ReasonCode } from '../base/reasons.ts';
import { clientBehind } from '../features/ip-rules/trusted-proxies.ts';
import type { Limiter } from '../features/limits/limiter.ts';
import type { ApiAnswer, ApiRequest } from '../shifts-api/api.ts';
import { everything, type Visible } from '../shifts-api/visible.ts';
import {
  type Answer,
  failedAnswer,
  problemAnswer,
  refusalAnswer,
  staleAnswer,
  unauthenticatedAnswer,
  unavailableAnswer,
} from './answer.ts';
import type { ApiWriter } from './api-writer.ts';
import { type BodyFault, discardBody, MAX_BODY_BYTES, readBody } from './body.ts';
import { clientAddress } from './client-address.ts';
import type { Asking, Exchange } from './exchange.ts';
import type { FailedCredentials } from './failed-credentials.ts';
import type { Head } from './head.ts';
import { readIntake } from './intake.ts';
import { type Anonymous, authorise, type Check, type Identity, identify } from './judge.ts';
import { type Judgement, judge as judgeRequest, limitsUnknown, questionOf } from './judgement.ts';
import type { KeptReads } from './kept-reads.ts';
import type { SharedLimits } from './limits.ts';
import type { PolicyKeeper } from './policy-keeper.ts';
import type { UpstreamProxy } from './proxy/proxy.ts';
import type { Rehasher } from './rehash.ts';
import { newRequestId } from './request-ids.ts';
import type { Responder } from './responder.ts';

export interface PipelineParts {
  readonly clock: Clock;
  readonly keeper: PolicyKeeper;
  readHead(request: IncomingMessage): Head;
  readonly limiter: Limiter;
  /** Counts beside it what the limits on trial would have let in. */
  readonly trials: Limiter;
  /** Counts in place of both, with the other gateways; null: this one counts by itself. */
  readonly shared: SharedLimits | null;
  readonly failed: FailedCredentials;
  readonly rehasher: Rehasher;
  /** Answers what only reads, in this thread; null: `writer` answers that, too. */
  readonly reads: KeptReads | null;
  /** Runs `work` with all that `reads` reads coming from one state of the database. */
  snapshot(work: () => void): void;
  /** Answers what writes, beside this thread. */
  readonly writer: ApiWriter;
  readonly responder: Responder;
  /** Answers in place of `reads` and `writer`; null: the built-in API. */
  readonly proxy: UpstreamProxy | null;
  /** Milliseconds; an older policy lets nobody in. */
  readonly maxPolicyAge: number;
  /** Told of failures of our own. */
  onFailure(cause: unknown): void;
}

export interface Pipeline {
  take(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void;
  /**
   * What a connection brought after a request's head has a fault, or the client left (null). False where no such
   * request is waiting for its answer.
   */
  breakBody(socket: object, fault: BodyFault | null): boolean;
  /** Judges what is passed on just now by the policy as it is, and ends what may not go on. */
  judgeRunning(): void;
}

/**
 * The way of a request through the gateway, in reading order. Requests that arrive in one turn of the event loop are
 * judged together in its check phase: the policy is brought up to date after the last of them has arrived.
 */
export function createPipeline(parts: PipelineParts): Pipeline {
  const { clock, keeper, limiter, shared, failed, reads, writer, responder } = parts;
  const { policy } = keeper;
  const replies = {
    answer: respond,
    refuse: (exchange: Exchange, reason: ReasonCode, detail: string) =>
      respond(exchange, refusal(exchange, { reason, detail })),
    refuseBody: (exchange: Exchange, { detail, status }: BodyFault) =>
      respond(exchange, problemAnswer(exchange.requestId, { reason: 'request.invalid', detail, status })),
    fail: (exchange: Exchange, cause: unknown) => respond(exchange, failureAnswer(exchange, cause)),
  };
  /** The last request with a body, by its connection. */
  const withBody = new WeakMap<object, Exchange>();
  let arrived: Exchange[] = [];

  function take(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const time = clock.now();
    const head = parts.readHead(request);
    const intake = readIntake(request, head);
    const address = clientAddress(request.socket.remoteAddress);
    const match = policy.catalogue.match(intake.method, intake.path);
    const exchange: Exchange = {
      request,
      response,
      requestId: newRequestId(time),
      time,
      steadyTime: clock.monotonic(),
      peer: address,
      intake,
      judged: {
        method: intake.method,
        path: intake.path,
        credential: head.credential,
        address,
        match,
      },
      expectsContinue,
      endpoint: match.kind === 'found' ? match.endpoint : null,
      compiled: null,
      secret: null,
      authenticated: false,
      asked: null,
      limits: null,
      trial: null,
      checks: [],
      policyVersion: policy.version,
      authorised: null,
      body: null,
      bodyRead: false,
      bytesIn: null,
      reading: null,
      broken: null,
      upstreamMs: null,
      closes: false,
      places: undefined,
      settled: false,
    };
    if (head.hasBody) withBody.set(request.socket, exchange);
    queue(exchange);
  }

  function queue(exchange: Exchange): void {
    if (arrived.push(exchange) === 1) setImmediate(judgeAll);
  }

  function judgeAll(): void {
    const batch = arrived;
    arrived = [];
    const stale = isStale();
    // One snapshot for all of the batch, taken after the last of them arrived: SQLite locks once and not each time.
    let next = 0;
    const decideRest = (): void => {
      while (next < batch.length) decide(batch[next++] as Exchange, stale);
    };
    try {
      parts.snapshot(decideRest);
    } catch (cause) {
      parts.onFailure(cause);
      decideRest();
    }
  }

  const isStale = (): boolean => {
    keeper.refresh();
    return keeper.age() > parts.maxPolicyAge;
  };

  function judgeRunning(): void {
    if (parts.proxy === null) return;
    const stale = isStale();
    const now = clock.now();
    parts.proxy.endRefused((exchange) => {
      const { requestId, checks } = exchange;
      if (stale) return { reason: 'policy.stale', checks, answer: staleAnswer(requestId) };
      locate(exchange);
      const identity = identify(policy, exchange.judged, now);
      const refused = identity.ok ? authorise(policy, identity, exchange.judged, exchange.limits) : identity;
      return refused.ok ? null : { ...refused, answer: refusal(exchange, refused) };
    });
  }

  function decide(exchange: Exchange, stale: boolean): void {
    let answer: Answer | null;
    try {
      locate(exchange);
      answer = stale
        ? staleAnswer(exchange.requestId)
        : exchange.bodyRead
          ? judgeAgain(exchange)
          : exchange.asked === null
            ? judge(exchange)
            : judgeAsked(exchange, exchange.asked);
    } catch (cause) {
      answer = failureAnswer(exchange, cause);
    }
    if (answer !== null) respond(exchange, answer);
  }

  /** Who the client is follows from the policy, so it is read each time that the policy was brought up to date. */
  function locate(exchange: Exchange): void {
    const { peer, intake, judged } = exchange;
    const address = clientBehind(policy.trustedProxies, peer, intake.head.forwardedFor);
    if (address !== judged.address) exchange.judged = { ...judged, address };
  }

  /** Decides, and answers at once; null: the answer comes later. */
  function judge(exchange: Exchange): Answer | null {
    const { intake, judged } = exchange;
    exchange.policyVersion = policy.version;
    if (intake.head.tooMany !== null) return invalidAnswer(exchange, intake.head.tooMany, 431);
    if (intake.ambiguous !== null) return invalidAnswer(exchange, intake.ambiguous);
    if (responder.unavailable) return unavailableAnswer(exchange.requestId);

    // As of its arrival, which its row in the log tells: so a rehearsal decides by the same times.
    if (shared !== null) return askShared(exchange, shared, identify(policy, judged, exchange.time));
    return conclude(exchange, judgeRequest(policy, limiter, judged, exchange));
  }

  /** Asks the limits that are shared, which takes a moment; who is not known is under none. */
  function askShared(
    exchange: Exchange,
    { limiter: limits, unlogged }: SharedLimits,
    identity: Identity | Anonymous,
  ): Answer | null {
    const { judged, steadyTime } = exchange;
    const { compiled } = identity;
    if (compiled === null || !(identity.ok || identity.authenticated))
      return conclude(exchange, {
        identity,
        limits: null,
        authorised: identity.ok ? authorise(policy, identity, judged, null) : null,
      });
    const { id } = compiled.token;
    const question = questionOf(policy, id);
    const answer = identity.ok
      ? limits.ask(question, policy.trialOf(id), steadyTime)
      : limits
          .look('peek', question, steadyTime)
          .then((standing) => standing && { limits: standing, trial: null });
    const asked = answer.then((said) => {
      if (said?.limits.admitted) unlogged.begin({ question, time: steadyTime }, exchange.response);
      exchange.asked = { identity, answer: said };
      queue(exchange);
      return null;
    });
    respondLater(exchange, asked);
    return null;
  }

  /** Asking the limits took time: what the policy says now decides. */
  function judgeAsked(exchange: Exchange, { identity: first, answer }: Asking): Answer | null {
    if (responder.unavailable) return unavailableAnswer(exchange.requestId);
    const { judged } = exchange;
    exchange.policyVersion = policy.version;
    // Who was refused has been charged nothing, and so is let in by no later policy.
    const identity = first.ok ? identify(policy, judged, exchange.time) : first;
    exchange.trial = answer?.trial ?? null;
    const limits = answer?.limits ?? null;
    if (!identity.ok) return conclude(exchange, { identity, limits, authorised: null });
    const authorised =
      limits === null ? limitsUnknown(identity) : authorise(policy, identity, judged, limits);
    return conclude(exchange, { identity, limits, authorised });
  }

  /** What rows 1 to 5 said; then goes on to rows 6 and 7. */
  function conclude(exchange: Exchange, { identity, limits, authorised }: Judgement): Answer | null {
    const { intake, judged } = exchange;
    exchange.compiled = identity.compiled;
    exchange.secret = identity.secret;
    exchange.authenticated = identity.ok ? identity.compiled !== null : identity.authenticated;
    exchange.limits = limits;
    exchange.checks = (authorised ?? identity).checks;
    if (!identity.ok) {
      if (!identity.authenticated && identity.checks[0]?.passed === false) {
        const wait = failed.count(exchange.judged.address, clock.monotonic());
        if (wait > 0) return unauthenticatedAnswer(exchange.requestId, wait);
      }
      return refusal(exchange, identity);
    }
    if (identity.secret !== null) parts.rehasher.verified(identity.secret, judged.credential);
    // Who shows no credential is bounded by address alone, whether that is refused or the operation needs none.
    if (identity.compiled === null) {
      const wait = failed.count(exchange.judged.address, clock.monotonic());
      if (wait > 0) return unauthenticatedAnswer(exchange.requestId, wait);
    } else if (shared === null && limits?.admitted) chargeTrial(exchange, identity.compiled.token.id);
    if (authorised === null) throw new Error('who is known is authorised or refused');
    if (!authorised.ok) return refusal(exchange, authorised, authorised.allow);
    exchange.authorised = authorised;
    if (intake.head.invalid !== null) return invalidAnswer(exchange, intake.head.invalid);
    if (parts.proxy !== null) {
      parts.proxy.forward(exchange, replies);
      return null;
    }
    if (!authorised.endpoint.writes)
      return reads === null ? answerBeside(exchange) : readAnswer(exchange, reads);
    if (intake.head.hasBody) {
      receiveBody(exchange);
      return null;
    }
    exchange.bodyRead = true;
    return judgeAgain(exchange);
  }

  /** Reading the body took time: what the policy says now decides. The limits were charged before. */
  function judgeAgain(exchange: Exchange): Answer | null {
    if (responder.unavailable) return unavailableAnswer(exchange.requestId);
    const { judged } = exchange;
    if (exchange.policyVersion !== policy.version) {
      exchange.policyVersion = policy.version;
      const identity = identify(policy, judged, clock.now());
      exchange.compiled = identity.compiled ?? exchange.compiled;
      exchange.secret = identity.secret ?? exchange.secret;
      exchange.checks = identity.checks;
      if (!identity.ok) return refusal(exchange, identity);
      const authorised = authorise(policy, identity, judged, exchange.limits);
      exchange.checks = authorised.checks;
      if (!authorised.ok) return refusal(exchange, authorised, authorised.allow);
      exchange.authorised = authorised;
    }
    return answerBeside(exchange);
  }

  function answerBeside(exchange: Exchange): null {
    const answered = writer.handle(requestOf(exchange)).then(({ answer, durationMs }) => {
      exchange.upstreamMs = durationMs;
      return apiAnswer(exchange, answer);
    });
    respondLater(exchange, answered);
    return null;
  }

  /** A limit on trial is asked only about what those in force let in, and refuses nothing. */
  function chargeTrial(exchange: Exchange, tokenId: string): void {
    const trial = policy.trialOf(tokenId);
    const refusal = trial === null ? null : parts.trials.ask(trial, exchange.steadyTime).refusal;
    if (refusal !== null) exchange.trial = `${refusal.owner}.${refusal.kind}`;
  }

  function requestOf(exchange: Exchange): ApiRequest {
    const { authorised, intake, body, time } = exchange;
    if (authorised === null) throw new Error('only an authorised request goes on to the API');
    return {
      operation: authorised.endpoint.operation,
      params: authorised.params,
      query: new URLSearchParams(intake.query),
      body,
      contentType: intake.head.contentType,
      visible: visibleTo(exchange),
      now: time,
    };
  }

  const visibleTo = ({ compiled }: Exchange): Visible => compiled?.visible ?? everything;

  function readAnswer(exchange: Exchange, kept: KeptReads): Answer {
    const before = clock.monotonic();
    const { path, query } = exchange.intake;
    const answer = kept.read(`${path}?${query}`, visibleTo(exchange), () => requestOf(exchange));
    exchange.upstreamMs = clock.monotonic() - before;
    return apiAnswer(exchange, answer);
  }

  function receiveBody(exchange: Exchange): void {
    const { request, response } = exchange;
    const { contentLength } = exchange.intake.head;
    if (exchange.expectsContinue && (contentLength ?? 0) <= MAX_BODY_BYTES) response.writeContinue();
    const started = readBody(request, contentLength);
    exchange.reading = started;
    if (exchange.broken !== null) started.fail(exchange.broken.fault);
    const judged = started.result.then((read) => {
      if (read.kind === 'too_large') return tooLargeAnswer(exchange);
      if (read.kind === 'broken' && read.fault !== null)
        return invalidAnswer(exchange, read.fault.detail, read.fault.status);
      if (read.kind === 'broken') {
        responder.clientLeft(exchange);
        return null;
      }
      exchange.body = read.bytes;
      exchange.bodyRead = true;
      queue(exchange);
      return null;
    });
    respondLater(exchange, judged);
  }

  /** What the API answered, with the checks of rows 6 and 7 that it made. */
  function apiAnswer(exchange: Exchange, api: ApiAnswer): Answer {
    const { reason, errors } = api;
    const invalid = reason === 'request.invalid';
    const compared = errors?.map(({ field, detail }) => `${field}: ${detail}`).join('; ') ?? api.detail ?? '';
    const checks: Check[] = [...exchange.checks];
    checks.push({ check: 'request', passed: !invalid, detail: invalid ? compared : 'valid' });
    if (!invalid) {
      const restricted = reason === 'restriction.hidden' || reason === 'restriction.write';
      const own = exchange.compiled?.restrictionDetail ?? 'no restrictions';
      const detail = restricted ? `${own}; ${api.detail ?? ''}` : own;
      checks.push({ check: 'restrictions', passed: !restricted, detail });
    }
    exchange.checks = checks;
    exchange.places = api.places;
    const headers = api.headers === undefined ? [] : Object.entries(api.headers).flat();
    if (reason !== null)
      return problemAnswer(exchange.requestId, { reason, detail: api.detail ?? '', errors, headers });
    return { status: api.status, reason: null, headers, type: 'application/json', body: api.body };
  }

  const refusal = (
    { requestId, limits }: Exchange,
    refused: { readonly reason: ReasonCode; readonly detail: string },
    allow: readonly string[] | null = null,
  ): Answer => refusalAnswer(requestId, refused, limits, allow);

  function invalidAnswer(exchange: Exchange, detail: string, status = 400): Answer {
    exchange.checks = [...exchange.checks, { check: 'request', passed: false, detail }];
    return problemAnswer(exchange.requestId, { reason: 'request.invalid', detail, status });
  }

  function tooLargeAnswer(exchange: Exchange): Answer {
    const detail = `The body is larger than ${MAX_BODY_BYTES} bytes.`;
    exchange.checks = [...exchange.checks, { check: 'request', passed: false, detail }];
    return refusal(exchange, { reason: 'request.too_large', detail });
  }

  function failureAnswer(exchange: Exchange, cause: unknown): Answer {
    parts.onFailure(cause);
    return failedAnswer(exchange.requestId);
  }

  function respond(exchange: Exchange, answer: Answer): void {
    // What is left of a body is in the way of the connection's next request.
    if (exchange.intake.head.hasBody && !exchange.bodyRead) {
      discardBody(exchange.request);
      // Where the body ends, or whether it comes at all, is not known: only a new connection is unambiguous.
      exchange.closes = exchange.expectsContinue || exchange.broken !== null;
    }
    responder.respond(exchange, answer);
  }

  /** Answers when the answer is there; null: it comes on another way. */
  function respondLater(exchange: Exchange, coming: Promise<Answer | null>): void {
    coming
      .catch((cause) => failureAnswer(exchange, cause))
      .then((answer) => {
        if (answer !== null) respond(exchange, answer);
      })
      .catch((cause) => {
        parts.onFailure(cause);
        exchange.request.socket.destroy();
      });
  }

  return {
    take,
    judgeRunning,
    breakBody(socket, fault) {
      if (parts.proxy?.breakOff(socket, fault)) return true;
      const exchange = withBody.get(socket);
      if (exchange === undefined || exchange.settled || exchange.request.complete) return false;
      exchange.broken = { fault };
      exchange.reading?.fail(fault);
      return true;
    },
  };
}
