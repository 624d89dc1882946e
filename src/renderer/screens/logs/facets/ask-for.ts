import type { FacetField } from '../../../../features/logs/contract.ts';

/** What a click on a value does. */
export type AskFor = (field: FacetField, value: string | null, excluded: boolean) => void;
