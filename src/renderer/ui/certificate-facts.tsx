import { Copyable } from './copyable.tsx';
import { Facts } from './facts.tsx';
import { exactTime } from './format.ts';

interface Certificate {
  pin: string;
  subject: string;
  issuer: string;
  names: string;
  validFrom: Date;
  validTo: Date;
  fingerprint: string;
}

/** What a person compares with what the server's owner told them. */
export const CertificateFacts = ({ certificate }: { certificate: Certificate }) => (
  <Facts>
    <dt>Subject</dt>
    <dd>{certificate.subject}</dd>
    <dt>Names</dt>
    <dd>{certificate.names || 'none'}</dd>
    <dt>Issuer</dt>
    <dd>{certificate.issuer === certificate.subject ? 'itself' : certificate.issuer}</dd>
    <dt>Valid</dt>
    <dd>
      {exactTime(certificate.validFrom)} to {exactTime(certificate.validTo)}
    </dd>
    <dt>SHA-256 of its key</dt>
    <dd>
      <Copyable value={certificate.pin} what="hash of the key" always />
    </dd>
    <dt>SHA-256 of it all</dt>
    <dd>
      <Copyable value={certificate.fingerprint} what="fingerprint" always />
    </dd>
  </Facts>
);
