import { Fault } from '../../base/faults.ts';

/** Why a document cannot be a catalogue: `place` is a line or a JSON pointer, as `#/paths/~1shifts/get`. */
export const openApiFault = (file: string, place: string, detail: string): Fault =>
  new Fault('openapi.invalid', { file, place, detail });

/** One step of a JSON pointer. */
export const pointerStep = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
