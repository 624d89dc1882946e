/**
 * The state of an instance's counters: which generation of them is whole, when it was seeded, and their time. A call of
 * another generation is answered with null. Time is the server's own, made to go forward only: where the wall clock was
 * set back, it goes on from where it stood; where it was set ahead, by more than the caller knows to have passed, that
 * is taken off.
 */
export const luaState = /* lua */ `
local STATE = '>ddd'
local STATE_BYTES = 24
-- Sooner than what a token's counters live after they last counted: COUNTERS_LIVE less 61 minutes.
local STATE_LIVES = 10 * 60 * 1000
-- What the caller's idea of the time may be wrong by, as answers take their time.
local LATE = 250

local function wallClock(given)
  if given ~= '' then return math.floor(tonumber(given)) end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- false: these counters are not whole.
local function readState(key, generation, notAfter, wall)
  local text = redis.call('GET', key)
  if not text or string.sub(text, STATE_BYTES + 1) ~= generation then return false end
  local last, offset, seeded = struct.unpack(STATE, text)
  local now = wall + offset
  if notAfter ~= '' and now > tonumber(notAfter) + LATE then now = math.floor(tonumber(notAfter)) end
  if now < last then now = last end
  return { key = key, generation = generation, now = now, offset = now - wall, seeded = seeded }
end

local function writeState(state)
  redis.call('SET', state.key,
    struct.pack(STATE, state.now, state.offset, state.seeded) .. state.generation, 'PX', STATE_LIVES)
end
`;
