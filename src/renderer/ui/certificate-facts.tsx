import classes from './certificate-facts.module.css';
import { Copyable } from './copyable.tsx';
import { Time } from './time.tsx';

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
  <dl className={classes.facts}>
    <dt>Subject</dt>
    <dd>{certificate.subject}</dd>
    <dt>Names</dt>
    <dd>{certificate.names || 'none'}</dd>
    <dt>Issuer</dt>
    <dd>{certificate.issuer === certificate.subject ? 'itself' : certificate.issuer}</dd>
    <dt>Valid</dt>
    <dd>
      <Time at={certificate.validFrom} /> to <Time at={certificate.validTo} />
    </dd>
    <dt>SHA-256 of its key</dt>
    <dd>
      <Copyable value={certificate.pin} what="hash of the key" always />
    </dd>
    <dt>SHA-256 of it all</dt>
    <dd>
      <Copyable value={certificate.fingerprint} what="fingerprint" always />
    </dd>
  </dl>
);
