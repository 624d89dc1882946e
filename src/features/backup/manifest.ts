import { z } from 'zod';

/** The archive's entries: an instance named `instance.db`, which plain `tar` can unpack as well. */
export const INSTANCE = 'instance.db';
export const MANIFEST = 'manifest.json';

/** Nothing else may be in a backup, so no entry can lead out of the folder it is unpacked into. */
export const entryName = z
  .string()
  .regex(/^instance\.db(\.key|\.audit|\.logs\/(\d{4}-\d\d-\d\d|usage)\.db|\.(journal|logs)\/\d{10}\.jnl)?$/);

export const isDatabase = (name: string): boolean => name.endsWith('.db');

const stored = z.strictObject({
  name: entryName,
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type StoredFile = z.infer<typeof stored>;

/** What a backup says of itself; its last entry, so one that was cut off has none. */
export const manifest = z.strictObject({
  format: z.literal('gatehouse-backup'),
  version: z.literal(1),
  madeAt: z.iso.datetime(),
  /** The version of Gatehouse that made it. */
  madeBy: z.string(),
  instanceId: z.string(),
  /** The key that new secrets are hashed with, by its id. */
  keyId: z.string(),
  /** The newest migration of the main file. */
  schema: z.string(),
  files: z.array(stored),
});
export type Manifest = z.infer<typeof manifest>;
