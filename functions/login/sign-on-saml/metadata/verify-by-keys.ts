// Verifies a message by the keys of a connection that count now. If none of them signed it, the provider may have a new one, and
// its metadata are read once more; if a key signed it that does not count, the operator is told so.
import { err, type Result } from '../../../../shared/kernel/result.ts';
import type { SignOnFailure } from '../../../../shared/people/sign-on-failure.ts';
import type { LocatedConnection } from '../../../../shared/rules/sign-on/saml-connection.ts';
import type { KnownConnection } from '../../request/saml-metadata-port.ts';
import type { SamlFault } from '../protocol/saml-fault.ts';

type Verify<Value> = (connection: LocatedConnection) => Result<Value, SamlFault>;

const certificatesIn = ({ connection, withheld }: KnownConnection): string =>
  JSON.stringify([connection.certificates, withheld]);

/** `key-held`, `key-revoked`: the message is good but for its key. Otherwise fails as `verify` does. `verify` is pure. */
export async function verifyByKeys<Value>(
  known: KnownConnection,
  readAnew: () => Promise<Result<KnownConnection, SignOnFailure>>,
  verify: Verify<Value>,
): Promise<Result<Value, SamlFault>> {
  const verified = verify(known.connection);
  if (verified.ok || verified.error !== 'signature-wrong') return verified;
  if (known.connection.metadataUrl === undefined) return explainRefusal(known, verify);
  const anew = await readAnew();
  const latest = anew.ok ? anew.value : known;
  if (certificatesIn(latest) === certificatesIn(known)) return explainRefusal(known, verify);
  const again = verify(latest.connection);
  return again.ok || again.error !== 'signature-wrong' ? again : explainRefusal(latest, verify);
}

function explainRefusal<Value>(
  { connection, withheld }: KnownConnection,
  verify: Verify<Value>,
): Result<Value, SamlFault> {
  for (const reason of ['key-held', 'key-revoked'] as const) {
    const certificates = withheld[reason];
    if (certificates.length > 0 && verify({ ...connection, certificates: [...certificates] }).ok)
      return err(reason);
  }
  return err('signature-wrong');
}
