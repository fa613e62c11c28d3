// What holds for every message about a logout: from this identity provider, for this address, written just now.

import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import type { SamlConnection } from '../../../../shared/rules/sign-on/saml-connection.ts';
import { isIssuedBy } from './check-addressing.ts';
import type { XmlElement } from './parse-xml.ts';
import { attributeOf } from './read-element.ts';
import { hasBegun, hasEnded, readTime } from './read-time.ts';
import type { SamlFault } from './saml-fault.ts';

/** A browser carries it at once; an older one was kept. */
const MAX_AGE_MS = 300_000;

export interface LogoutExpectations {
  readonly connection: SamlConnection;
  readonly sloUrl: string;
  readonly now: Date;
}

/** Until when it could be used. */
export function checkLogout(
  message: XmlElement,
  { connection, sloUrl, now }: LogoutExpectations,
): Result<Date, SamlFault> {
  if (!isIssuedBy(message, connection.entityId)) return err('issuer-wrong');
  if (attributeOf(message, 'Destination') !== sloUrl) return err('destination-wrong');
  const issuedAt = readTime(attributeOf(message, 'IssueInstant'));
  if (!issuedAt) return err('time-unreadable');
  if (!hasBegun(issuedAt, now)) return err('not-yet-valid');
  const usableUntil = new Date(issuedAt.getTime() + MAX_AGE_MS);
  return hasEnded(usableUntil, now) ? err('expired') : ok(usableUntil);
}
