/**
 * window.ts in Redis's Lua, with the same names; the promise's tests run over both. The entries of a window are one
 * string, seven bytes each: the sub-bucket's place on the ring, and its count.
 */
export const luaWindow = /* lua */ `
local floor, ceil, min, max = math.floor, math.ceil, math.min, math.max
local sub, byte, pack, unpack = string.sub, string.byte, struct.pack, struct.unpack
local PARTS, KEPT, RING = 60, 61, 64
local ENTRY = 7

local function newWindow(period)
  return { period = period, head = -math.huge, total = 0, entries = '' }
end

local function partOf(w, time) return floor(time * PARTS / w.period) end
local function startOf(w, part) return ceil(part * w.period / PARTS) end
local function length(w) return #w.entries / ENTRY end

local function partAt(w, at)
  return w.head - (w.head - byte(w.entries, at * ENTRY + 1)) % RING
end

local function countAt(w, at)
  return (unpack('>I6', w.entries, at * ENTRY + 2))
end

local function advance(w, part)
  if part <= w.head then return end
  local gone, kept = 0, length(w)
  while gone < kept and partAt(w, gone) <= part - KEPT do
    w.total = w.total - countAt(w, gone)
    gone = gone + 1
  end
  if gone > 0 then w.entries = sub(w.entries, gone * ENTRY + 1) end
  w.head = part
end

local function used(w, now)
  advance(w, partOf(w, now))
  return w.total
end

local function add(w, time, count)
  local part = partOf(w, time)
  advance(w, part)
  if part <= w.head - KEPT then return end
  local at = length(w)
  while at > 0 and partAt(w, at - 1) > part do at = at - 1 end
  local before, sum = at, count
  if at > 0 and partAt(w, at - 1) == part then
    before = at - 1
    sum = count + countAt(w, before)
  end
  w.entries = sub(w.entries, 1, before * ENTRY)
    .. pack('>BI6', part % RING, sum)
    .. sub(w.entries, at * ENTRY + 1)
  w.total = w.total + count
end

local function waitUntil(w, most, now)
  local left = used(w, now)
  if left <= most then return 0 end
  for at = 0, length(w) - 1 do
    left = left - countAt(w, at)
    if left <= most then return startOf(w, partAt(w, at) + KEPT) - now end
  end
  return 0
end

local function parts(w, now)
  used(w, now)
  local found = {}
  for at = 0, length(w) - 1 do
    local part = partAt(w, at)
    found[at + 1] = { last = min(now, startOf(w, part + 1) - 1), count = countAt(w, at) }
  end
  return found
end

local function since(w, now) return startOf(w, partOf(w, now) - PARTS) end

local function windowOf(period, old, hour, now)
  local made = newWindow(period)
  local known = old and parts(old, now) or {}
  local from = old and since(old, now) or now + 1
  if since(made, now) < from then
    local beyond = 0
    for _, part in ipairs(known) do beyond = beyond + part.count end
    local coarse = parts(hour, now)
    for at = #coarse, 1, -1 do
      local part = coarse[at]
      local inDetail = part.last >= from and min(part.count, beyond) or 0
      beyond = beyond - inDetail
      if part.count > inDetail then add(made, min(part.last, from - 1), part.count - inDetail) end
    end
  end
  for _, part in ipairs(known) do add(made, part.last, part.count) end
  return made
end
`;
