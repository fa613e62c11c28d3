// The person whom an operator names → a name of the leaver record. A name that fits nothing in force is refused: its author would
// believe a person to be out who is not.

import { offerNames } from '../../../shared/kernel/nearest-name.ts';
import { LINK_PLACE } from '../../../shared/kernel/person-link.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { type ReadName, readName } from '../../../shared/people/leave.ts';
import type { Rules } from '../../../shared/rules/document/rules.ts';
import { hasLoginIssuer } from '../../../shared/rules/providers/oidc.ts';
import type { SignOn } from '../../../shared/rules/sign-on/sign-on.ts';
import { PrincipalName } from '../../../shared/rules/values/principal-key.ts';

export interface LeaverName {
  readonly name: string;
  readonly read: ReadName;
}

/** As `stint audit` and `stint whoami` show a person: with the provider of login's tokens in front. */
function withoutProvider(text: string, { providersById }: Pick<Rules, 'providersById'>): string {
  const colon = text.indexOf(':');
  const provider = providersById.get(text.slice(0, Math.max(colon, 0)));
  const rest = text.slice(colon + 1);
  return provider && 'issuer' in provider && hasLoginIssuer(provider) && rest.includes(':') ? rest : text;
}

/** `connections`: of the rules in force. Fails with a sentence that says what to write. */
export function readLeaverName(
  text: string,
  rules: Pick<Rules, 'providersById'>,
  connections: SignOn['connections'],
): Result<LeaverName, string> {
  const name = PrincipalName.safeParse(withoutProvider(text, rules)).data;
  const read = name === undefined ? undefined : readName(name);
  if (name === undefined || read === undefined)
    return err(
      'write the person as connection:subject, as stint audit shows it, or as person:VALUE for a person link',
    );
  if ('link' in read)
    return connections.some(({ person }) => person !== undefined)
      ? ok({ name, read })
      : err(`no connection in force declares person, so that ${name} names no one: write connection:subject`);
  const ids = connections.map(({ id }) => id);
  return ids.includes(read.connection)
    ? ok({ name, read })
    : err(
        `there is no connection ${read.connection} in force: ${offerNames(read.connection, [...ids, LINK_PLACE])}. For a caller of another provider: stint block --help`,
      );
}
