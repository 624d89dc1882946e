/** What an error begins with that says so. */
export const LATE = 'GATEHOUSELATE';

/** Of the state's value, before the generation's name. */
export const STATE_BYTES = 24;

/**
 * The state of an instance's counters: which generation of them is whole, when it was seeded, and their time. A call of
 * another generation is answered with null. Time is the server's own, made to go forward only: where the wall clock was
 * set back, it goes on from where it stood. Where it is later than the caller knows that it can be, the clock was set
 * ahead, or the call was under way for long, as where the server was stopped; so the caller is told, and says `=` when it
 * asks again: then it is the clock, and what it was set ahead is taken off.
 */
export const luaState = /* lua */ `
local STATE = '>ddd'
local STATE_BYTES = ${STATE_BYTES}
-- Sooner than what a token's counters live after they last counted: COUNTERS_LIVE less 61 minutes.
local STATE_LIVES = 10 * 60 * 1000
-- What the caller's idea of the time may be wrong by, as answers take their time.
local TOLERATED = 250

local function wallClock(given)
  if given ~= '' then return floor(tonumber(given)) end
  local time = redis.call('TIME')
  return time[1] * 1000 + floor(time[2] / 1000)
end

-- nil and what is to be answered, where these counters are not whole or the time is not clear.
local function readState(key, generation, notAfter, wall)
  local text = redis.call('GET', key)
  if not text or sub(text, STATE_BYTES + 1) ~= generation then return nil, false end
  local last, offset, seeded = unpack(STATE, text)
  local now = wall + offset
  if notAfter ~= '' then
    local sure = sub(notAfter, 1, 1) == '='
    local latest = floor(tonumber(sure and sub(notAfter, 2) or notAfter))
    if max(now, last) > max(latest, last) + TOLERATED then
      if not sure then return nil, redis.error_reply('${LATE} ' .. now - latest .. ' ms') end
      now = latest
    end
  end
  if now < last then now = last end
  return { key = key, generation = generation, now = now, offset = now - wall, seeded = seeded }
end

local function writeState(state)
  redis.call('SET', state.key,
    pack(STATE, state.now, state.offset, state.seeded) .. state.generation, 'PX', STATE_LIVES)
end
`;
