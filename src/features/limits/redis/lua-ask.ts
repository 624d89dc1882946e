import { prelude } from './lua-prelude.ts';

/** What `ask` is to do. */
export type AskMode = 'charge' | 'predict' | 'peek';

/**
 * limiter.ts's `ask`, `predict` and `peek`: all or nothing, the first refusing limit, the longest wait. What the limits
 * on trial would have said of what was let in is counted in the same call.
 *
 * KEYS: state, index of tokens, instance, token, the trials' instance, the trials' token
 * ARGV: generation, not after, wall clock of a test, mode, token's id, then requests an hour, requests and seconds of a
 *   burst of the token, of the ceiling (0: none), of the token's trial (0: none), of the trial of the ceiling
 * Answer: null (another generation), or the first refusing limit (1 to 4: instance hour and burst, token hour and burst;
 *   0: none), the wait in ms, three times (tightest hour, tightest burst, the refusing one) which limit, used, grows in
 *   ms, then the first refusing limit of the trials, and the time
 */
export const luaAsk = /* lua */ `${prelude}
local function limitAt(first)
  local perHour = tonumber(ARGV[first])
  if perHour == 0 then return nil end
  return { perHour = perHour, requests = tonumber(ARGV[first + 1]), seconds = tonumber(ARGV[first + 2]) }
end

local function addBounds(bounds, first, counters, limit, now)
  if not limit then return end
  local at, hour, burst = #bounds, counters.hour, burstOf(counters, limit.seconds, now)
  -- From here on each window's total is what counts now.
  used(hour, now)
  used(burst, now)
  bounds[at + 1] = { number = first, kind = 'hour', limit = limit.perHour, window = hour }
  bounds[at + 2] = { number = first + 1, kind = 'burst', limit = limit.requests, window = burst }
end

local function boundsFor(instance, ceiling, token, limit, now)
  local bounds = {}
  addBounds(bounds, 1, instance, ceiling, now)
  addBounds(bounds, 3, token, limit, now)
  return bounds
end

local function judge(bounds, instance, token, now)
  local first, wait = nil, 0
  for _, bound in ipairs(bounds) do
    if bound.window.total >= bound.limit then
      first = first or bound
      wait = max(wait, waitUntil(bound.window, bound.limit - 1, now))
    end
  end
  if not first then
    charge(instance, now, 1)
    charge(token, now, 1)
  end
  return first, wait
end

local function tightest(bounds, kind)
  local found, least = nil, math.huge
  for _, bound in ipairs(bounds) do
    if bound.kind == kind then
      local left = bound.limit - bound.window.total
      if left < least then found, least = bound, left end
    end
  end
  return found
end

local function say(answer, bound, now)
  local count, grows = 0, 0
  if bound then count, grows = usedOf(bound.window, bound.limit, now) end
  answer[#answer + 1] = bound and bound.number or 0
  answer[#answer + 1] = count
  answer[#answer + 1] = grows
end

local state, problem = readState(KEYS[1], ARGV[1], ARGV[2], wallClock(ARGV[3]))
if not state then return problem end
local now, mode = state.now, ARGV[4]
local instance, token = readCounters(KEYS[3]), readCounters(KEYS[4])
local bounds = boundsFor(instance, limitAt(9), token, limitAt(6), now)
local first, wait = nil, 0
if mode ~= 'peek' then first, wait = judge(bounds, instance, token, now) end
local answer = { first and first.number or 0, wait }
say(answer, tightest(bounds, 'hour'), now)
say(answer, tightest(bounds, 'burst'), now)
say(answer, first, now)

local trial, refusedByTrial = limitAt(12), nil
local trialInstance, trialToken = nil, nil
if trial and mode == 'charge' and not first then
  trialInstance, trialToken = readCounters(KEYS[5]), readCounters(KEYS[6])
  local onTrial = boundsFor(trialInstance, limitAt(15), trialToken, trial, now)
  refusedByTrial = judge(onTrial, trialInstance, trialToken, now)
end
answer[#answer + 1] = refusedByTrial and refusedByTrial.number or 0
answer[#answer + 1] = now

-- First of all writes: where memory has run out, it is this that fails, and nothing has been counted.
writeState(state)
if mode ~= 'charge' then return answer end
if not first then
  -- Once in each sub-bucket is often enough to be found while anything counts.
  if countAt(token.hour, length(token.hour) - 1) == 1 then index(KEYS[2], ARGV[5], now) end
end
if instance.changed then writeCounters(instance) end
if token.changed then writeCounters(token) end
if trialInstance and trialInstance.changed then writeCounters(trialInstance) end
if trialToken and trialToken.changed then writeCounters(trialToken) end
return answer
`;
