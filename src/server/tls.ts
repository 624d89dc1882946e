import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Fault } from '../base/faults.ts';
import type { Place } from './place.ts';

/** Reads a certificate and its key, PEM files. @throws Fault `tls.invalid` where they cannot be used together */
export function readTls(cert: string, key: string): NonNullable<Place['tls']> {
  try {
    const texts = { cert: readFileSync(cert, 'latin1'), key: readFileSync(key, 'latin1') };
    if (!new X509Certificate(texts.cert).checkPrivateKey(createPrivateKey(texts.key)))
      throw new Error('the key is not of this certificate');
    return texts;
  } catch (cause) {
    throw new Fault('tls.invalid', { cert, key, detail: (cause as Error).message }, { cause });
  }
}
