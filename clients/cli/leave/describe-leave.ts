// What a leave leaves over: credentials that work on, and what comes past `login`. Said to the operator, with what ends it.
import { linkName } from '../../../shared/kernel/person-link.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import type { EndedPerson } from '../../../shared/people/leave.ts';
import { personName } from '../../../shared/people/person.ts';
import type { Rules } from '../../../shared/rules/document/rules.ts';
import type { SignOn } from '../../../shared/rules/sign-on/sign-on.ts';

const MILLISECONDS = 1_000;

/** Until when credentials that were handed out just now can work: the longest that any role gives. */
export const credentialsEnd = ({ rolesById }: Pick<Rules, 'rolesById'>, now: Date): Date => {
  const longest = Math.max(0, ...[...rolesById.values()].map(({ maxDurationSeconds }) => maxDurationSeconds));
  return new Date(now.getTime() + longest * MILLISECONDS);
};

/** Providers whose tokens a company's identity provider signs itself, for people who need no `login`. */
export function directProviders(
  { providersById }: Pick<Rules, 'providersById'>,
  connections: SignOn['connections'],
): readonly string[] {
  const issuers = new Set(
    connections.flatMap((connection) => (connection.kind === 'oidc' ? [connection.issuer] : [])),
  );
  return [...providersById.values()].flatMap((provider) =>
    'issuer' in provider && issuers.has(provider.issuer) ? [provider.id] : [],
  );
}

const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`;

/** One line a person: what was ended. `verb`: also for a dry run. */
export const formatEnded = (
  { connection, subject, browsers, commandLines, passkeys }: EndedPerson,
  verb: 'ended' | 'would end',
): string => {
  const parts = [
    count(browsers, 'session of a browser', 'sessions of browsers'),
    count(commandLines, 'session of a command line', 'sessions of command lines'),
    count(passkeys, 'passkey', 'passkeys'),
  ];
  return `${showable(personName(connection, subject))}: ${verb} ${parts.join(', ')}.`;
};

interface LeftOver {
  /** Those of the person that were marked. */
  readonly names: readonly string[];
  readonly until: Date;
  readonly direct: readonly string[];
}

/** Credentials are handed out to `connection:subject`, and none to a person link. */
const formatAudit = (names: readonly string[]): string => {
  const people = names.filter((name) => !name.startsWith(linkName('')));
  const asked = people.length > 0 ? people.map(showable) : ['CONNECTION:SUBJECT'];
  return asked.map((name) => `stint audit --since 12h --who ${name}`).join('; ');
};

/** What Stint cannot take back, and what can. */
export const formatLeftOver = ({ names, until, direct }: LeftOver): readonly string[] => [
  `Credentials that were handed out work until they expire: until ${until.toISOString()} at the latest. Their keys: ${formatAudit(names)}. To end them before: stint contain --help.`,
  ...direct.map(
    (provider) =>
      `Tokens of the identity provider itself go past the portal: vend takes them as those of provider ${provider}. Disable the person there; at once: stint block ${provider}:SUBJECT --for 1d --reason TEXT`,
  ),
];
