import { prelude } from './lua-prelude.ts';

/**
 * How the limits of several owners stand. KEYS: state, then their counters. ARGV: generation, not after, wall clock of a
 * test, then for each requests an hour (0: no limit), requests and seconds of a burst. Answer: null, or for each used and
 * grows of its hour and its burst (-1: it has none), then the time.
 */
export const luaStandings = /* lua */ `${prelude}
local state, problem = readState(KEYS[1], ARGV[1], ARGV[2], wallClock(ARGV[3]))
if not state then return problem end
local now, answer = state.now, {}
local function say(count, grows)
  answer[#answer + 1] = count
  answer[#answer + 1] = grows
end
for at = 2, #KEYS do
  local counters = readCounters(KEYS[at])
  local first = 4 + (at - 2) * 3
  local perHour = tonumber(ARGV[first])
  say(usedOf(counters.hour, perHour == 0 and math.huge or perHour, now))
  if perHour == 0 then
    say(-1, 0)
  else
    say(usedOf(burstOf(counters, tonumber(ARGV[first + 2]), now), tonumber(ARGV[first + 1]), now))
  end
end
answer[#answer + 1] = now
return answer
`;

/**
 * Counts what was admitted elsewhere. KEYS: state, index, counters. ARGV: generation (empty: one that is only being made),
 * not after, wall clock of a test, the token's id (empty: the instance), the burst's seconds (0: no limit asks for one),
 * how many pairs of time and count for the hour's window, those, and the same for the burst's. Answer: null, or 1.
 */
export const luaLoad = /* lua */ `${prelude}
local now = wallClock(ARGV[3])
local state, problem = nil, false
if ARGV[1] ~= '' then
  state, problem = readState(KEYS[1], ARGV[1], ARGV[2], now)
  if not state then return problem end
  now = state.now
end
local counters = readCounters(KEYS[3])
local seconds = tonumber(ARGV[5])
local burst = seconds > 0 and burstOf(counters, seconds, now) or counters.burst
local at = 6
for _, window in ipairs({ counters.hour, burst or newWindow(SECOND) }) do
  local pairsLeft = tonumber(ARGV[at])
  at = at + 1
  for _ = 1, pairsLeft do
    add(window, min(now, tonumber(ARGV[at])), tonumber(ARGV[at + 1]))
    at = at + 2
  end
end
if state then writeState(state) end
writeCounters(counters)
if ARGV[4] ~= '' then index(KEYS[2], ARGV[4], now) end
return 1
`;

/**
 * Counts nothing of what was before, unless the mark with this id, or a later one, has been applied. KEYS: state, applied
 * marks, counters, the trials' counters. ARGV: generation, target, the mark's id. Answer: null, or whether it was done.
 */
export const luaReset = /* lua */ `${prelude}
local state, problem = readState(KEYS[1], ARGV[1], '', wallClock(''))
if not state then return problem end
local applied = tonumber(redis.call('HGET', KEYS[2], ARGV[2]) or 0)
if applied >= tonumber(ARGV[3]) then return 0 end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
redis.call('PEXPIRE', KEYS[2], 24 * HOUR)
redis.call('DEL', KEYS[3], KEYS[4])
return 1
`;

/**
 * Keeps the state alive and the time going. KEYS: state. ARGV: generation, not after, wall clock of a test. Answer: null,
 * or when the generation was seeded, and the time.
 */
export const luaTick = /* lua */ `${prelude}
local state, problem = readState(KEYS[1], ARGV[1], ARGV[2], wallClock(ARGV[3]))
if not state then return problem end
writeState(state)
return { state.seeded, state.now }
`;

/**
 * Puts a generation that has been seeded in force, if the lock is still held. KEYS: state, lock. ARGV: the lock's holder,
 * generation, when it was seeded, wall clock of a test. Answer: whether it was done.
 */
export const luaPublish = /* lua */ `${prelude}
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
writeState({
  key = KEYS[1], generation = ARGV[2], now = wallClock(ARGV[4]), offset = 0, seeded = tonumber(ARGV[3]),
})
redis.call('DEL', KEYS[2])
return 1
`;

/** Holds the lock of who seeds for so many milliseconds more, or (0) lets it go. KEYS: lock. ARGV: its holder, milliseconds. */
export const luaHold = /* lua */ `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`;
