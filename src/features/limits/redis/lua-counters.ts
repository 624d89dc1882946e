/**
 * The counters of one owner in one string: the hour's window, and the burst's once a limit asks for one. They expire by
 * themselves; the state of all (lua-state.ts) expires sooner than any that still counts something.
 */
export const luaCounters = /* lua */ `
local HOUR, SECOND = 3600000, 1000
local HEAD = '>dI6BI2dI6'
local HEAD_BYTES = 31
local COUNTERS_LIVE = 75 * 60 * SECOND

local function readCounters(key)
  local text = redis.call('GET', key)
  local counters = { key = key, hour = newWindow(HOUR), burst = false, found = text ~= false }
  if not text then return counters end
  local head, total, length, seconds, burstHead, burstTotal = unpack(HEAD, text)
  local middle = HEAD_BYTES + length * ENTRY
  counters.hour = { period = HOUR, head = head, total = total, entries = sub(text, HEAD_BYTES + 1, middle) }
  if seconds > 0 then
    counters.burst =
      { period = seconds * SECOND, head = burstHead, total = burstTotal, entries = sub(text, middle + 1) }
  end
  return counters
end

local function writeCounters(counters)
  local hour, burst = counters.hour, counters.burst or newWindow(0)
  redis.call('SET', counters.key,
    pack(HEAD, hour.head, hour.total, length(hour), burst.period / SECOND, burst.head, burst.total)
      .. hour.entries .. burst.entries,
    'PX', COUNTERS_LIVE)
end

local function burstOf(counters, seconds, now)
  local period = seconds * SECOND
  if not counters.burst or counters.burst.period ~= period then
    counters.burst = windowOf(period, counters.burst, counters.hour, now)
    counters.changed = true
  end
  return counters.burst
end

local function charge(counters, time, count)
  add(counters.hour, time, count)
  if counters.burst then add(counters.burst, time, count) end
  counters.changed = true
end

-- The tokens that may count something, by when they last did; those that no longer can are let go.
local function index(key, tokenId, now)
  redis.call('ZADD', key, now, tokenId)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - HOUR * 62 / 60)
  redis.call('PEXPIRE', key, COUNTERS_LIVE)
end

-- How much of a limit is used, and in how many milliseconds less will be.
local function usedOf(window, limit, now)
  local count = used(window, now)
  if count == 0 then return 0, 0 end
  return count, waitUntil(window, min(count, limit) - 1, now)
end
`;
