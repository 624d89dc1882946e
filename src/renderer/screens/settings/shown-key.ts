import type { KeysShown } from '../../../features/tokens/contract.ts';

/** A key as the list shows it. */
export type ShownKey = KeysShown['keys'][number];
