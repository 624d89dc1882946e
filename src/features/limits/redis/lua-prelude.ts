import { luaCounters } from './lua-counters.ts';
import { luaState } from './lua-state.ts';
import { luaWindow } from './lua-window.ts';

/** What every script begins with. */
export const prelude = luaWindow + luaCounters + luaState;
