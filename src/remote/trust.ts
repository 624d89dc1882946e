import { createHash, type X509Certificate } from 'node:crypto';
import { connect, type TLSSocket } from 'node:tls';
import { Agent, buildConnector, fetch } from 'undici';
import { SECOND } from '../base/clock.ts';

/** What a person needs to see of a certificate to say whether it is the right one. */
export interface ShownCertificate {
  /** SHA-256 of its public key (SPKI), base64, as RFC 7469 pins it. */
  readonly pin: string;
  readonly subject: string;
  readonly issuer: string;
  readonly names: string;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** SHA-256 of all of it, as other programs show it. */
  readonly fingerprint: string;
}

/** The server's key is not the one that was pinned: another server answers there, or it has got a new key. */
export class PinMismatch extends Error {
  readonly certificate: ShownCertificate;

  constructor(certificate: ShownCertificate) {
    super(`the key of the server is not the one that was pinned (it is ${certificate.pin})`);
    this.name = 'PinMismatch';
    this.certificate = certificate;
  }
}

/** How Node names what is wrong with a certificate: X509_V_ERR_… of OpenSSL without that, and its own. */
const COMPLAINT = /CERT|SIGNATURE|CRL|ISSUER|CHAIN/;

/** Is it the certificate for which the server was not asked, rather than that it does not answer? */
export const isCertificateRefused = (thrown: unknown): thrown is Error =>
  thrown instanceof PinMismatch ||
  (thrown instanceof Error && COMPLAINT.test((thrown as NodeJS.ErrnoException).code ?? ''));

const WAIT = 10 * SECOND;

const shown = (certificate: X509Certificate): ShownCertificate => ({
  pin: createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64'),
  subject: certificate.subject.replaceAll('\n', ', '),
  issuer: certificate.issuer.replaceAll('\n', ', '),
  names: certificate.subjectAltName ?? '',
  validFrom: new Date(certificate.validFrom),
  validTo: new Date(certificate.validTo),
  fingerprint: certificate.fingerprint256,
});

function certificateOf(socket: TLSSocket): ShownCertificate {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) throw new Error('the server showed no certificate');
  return shown(certificate);
}

/**
 * The certificate that the server at `url` shows, and why the system does not trust it; null where it does.
 * @throws Error where no TLS connection comes about
 */
export function lookAtCertificate(
  url: URL,
): Promise<{ certificate: ShownCertificate; problem: string | null }> {
  const { promise, resolve, reject } = Promise.withResolvers<{
    certificate: ShownCertificate;
    problem: string | null;
  }>();
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = connect({
    host,
    port: Number(url.port || 443),
    // It is only looked at: nothing is sent.
    rejectUnauthorized: false,
    ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
  });
  socket.setTimeout(WAIT, () => socket.destroy(new Error('the server did not answer in 10 s')));
  socket.once('error', reject);
  socket.once('secureConnect', () => {
    try {
      const problem = socket.authorized ? null : String(socket.authorizationError);
      resolve({ certificate: certificateOf(socket), problem });
    } catch (thrown) {
      reject(thrown as Error);
    } finally {
      socket.destroy();
    }
  });
  return promise;
}

/** `fetch` for one server, and what it holds open. */
export interface TrustedFetch {
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/**
 * Asks a server that the system trusts or, with a pin, the one that has this key and no other, whatever its certificate
 * says. Rejects with PinMismatch where it is another, and with the system's complaint where it trusts none.
 */
export function trustedFetch(pin: string | null): TrustedFetch {
  const agent = new Agent({ connect: pin === null ? { timeout: WAIT } : pinned(pin) });
  return {
    fetch: async (request) => {
      const body = request.body === null ? null : await request.arrayBuffer();
      const { method, signal } = request;
      const headers = [...request.headers];
      try {
        const answer = await fetch(request.url, {
          ...{ method, headers, body, signal },
          redirect: 'error',
          dispatcher: agent,
        });
        return answer as unknown as Response;
      } catch (thrown) {
        // "fetch failed" says nothing; its cause does.
        throw thrown instanceof TypeError && thrown.cause instanceof Error ? thrown.cause : thrown;
      }
    },
    close: () => agent.destroy(),
  };
}

function pinned(pin: string): buildConnector.connector {
  // A session that is taken up again shows no certificate.
  const connector = buildConnector({ timeout: WAIT, rejectUnauthorized: false, maxCachedSessions: 0 });
  return (options, done) =>
    connector(options, (error, socket) => {
      if (error) return done(error, null);
      try {
        const certificate = certificateOf(socket as TLSSocket);
        if (certificate.pin !== pin) throw new PinMismatch(certificate);
      } catch (thrown) {
        socket.destroy();
        return done(thrown as Error, null);
      }
      done(null, socket);
    });
}
