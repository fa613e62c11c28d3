// Rules that are stored → access documents that mean the same. Applied again, they change nothing: what was written is read
// again before it is handed out, and compared. The order of entries is that of the rules, and the order of keys is fixed, so
// equal rules give equal text.
import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod';
import { ROLE_ARN } from '../../kernel/names.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { type DocumentFile, type DocumentFiles, readDocuments } from '../compile/read-documents.ts';
import type { CompiledAccess, CompiledGrant, Supplement } from '../document/compiled-access.ts';
import { Provider } from '../document/provider.ts';
import { Connection, SignOn } from '../sign-on/sign-on.ts';
import type { Account } from '../values/account.ts';
import type { DocumentFault } from '../values/document-fault.ts';
import type { PrincipalSelector } from '../values/principal-key.ts';
import { Role } from '../values/role.ts';
import { diffAccess } from './diff.ts';
import { layOutValue } from './format-document.ts';

/** A file that a reviewer and an editor still open; its text has up to three times the bytes of its JSON. */
const MAX_FILE_JSON_BYTES = 400_000;

export type ExportFault =
  /** Today's Stint would refuse the rules as a document. */
  | { readonly kind: 'refused'; readonly faults: readonly DocumentFault[] }
  /** The document would mean something else. */
  | { readonly kind: 'differs' };

export interface StoredDocument {
  readonly access: CompiledAccess;
  readonly supplement: Supplement;
  /** A comment at the top of each file, without line ends. */
  readonly comment: string;
}

/** One file for most rules, otherwise several, whose names sort in the order in which they count. */
export function exportDocuments(stored: StoredDocument): Result<DocumentFiles, ExportFault> {
  const named = checked(write(stored), stored);
  if (named.ok || stored.supplement.references.size === 0) return named;
  // A later version of Stint may write the text of a pinned policy otherwise: the grant then gets the text that is in force.
  const supplement = { ...stored.supplement, references: new Map() };
  return checked(write({ ...stored, supplement }), stored);
}

function checked(
  files: DocumentFiles,
  { access, supplement }: StoredDocument,
): Result<DocumentFiles, ExportFault> {
  const read = readDocuments(files);
  if (!read.ok) return err({ kind: 'refused', faults: read.error });
  const isSame = diffAccess({ ...access, ...supplement }, read.value.access).length === 0;
  return isSame ? ok(files) : err({ kind: 'differs' });
}

type Entry = Readonly<Record<string, unknown>>;

/** The sections in the order of the document; each is a list but signOn. */
function sectionsOf({
  access,
  supplement,
}: StoredDocument): readonly (readonly [string, readonly unknown[]])[] {
  const { providers, accounts = [], roles, grants } = access;
  const seconds = new Map<string, number>(roles.map((role) => [role.id, role.maxDurationSeconds]));
  return [
    ['providers', providers.map((provider) => withoutDefaults(Provider, provider))],
    ['accounts', accounts],
    ['roles', roles.map((role) => writeRole(role, accounts))],
    ['policies', supplement.policies],
    ['grants', grants.map((grant) => writeGrant(grant, seconds, supplement.references))],
    ['tests', supplement.tests],
  ];
}

function write(stored: StoredDocument): DocumentFiles {
  const { signOn } = stored.access;
  const section = signOn && { signOn: writeSignOn(signOn) };
  const sections = sectionsOf(stored).filter(([key, items]) => items.length > 0 || isRequired(key));
  const parts = sections.map(([key, items]) => [key, toParts(items)] as const);
  const bytes = sections.reduce((sum, [, items]) => sum + bytesOf(items), 0);
  const text = (value: Entry) => `# ${stored.comment}\n${layOutValue({ version: 1, ...value })}`;
  if (bytes <= MAX_FILE_JSON_BYTES)
    return [{ name: 'access.yaml', text: text({ ...Object.fromEntries(sections), ...section }) }];
  const files = parts.flatMap(([key, own], i) =>
    own.map(
      (items, part): DocumentFile => ({
        name: `${i + 1}0-${key}${own.length === 1 ? '' : `-${String(part + 1).padStart(4, '0')}`}.yaml`,
        text: text({ [key]: items }),
      }),
    ),
  );
  const first: DocumentFile = { name: '00-access.yaml', text: text({ ...section }) };
  return [first, ...files];
}

/** An access document must say that it has none. */
const isRequired = (key: string): boolean => ['providers', 'roles', 'grants'].includes(key);

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** At least one part, which may be empty. */
function toParts(items: readonly unknown[]): readonly (readonly unknown[])[] {
  const parts: unknown[][] = [[]];
  let bytes = 0;
  for (const item of items) {
    const own = bytesOf(item);
    if (bytes > 0 && bytes + own > MAX_FILE_JSON_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(item);
    bytes += own;
  }
  return parts;
}

/** Leaves out what the schema fills in. */
function withoutDefaults(schema: z.ZodType, entry: object): Entry {
  const kept: Record<string, unknown> = { ...entry };
  for (const key of Object.keys(kept)) {
    const { [key]: _, ...rest } = kept;
    if (isDeepStrictEqual(schema.safeParse(rest).data, entry)) delete kept[key];
  }
  return kept;
}

/** By the alias of its account, where the account is named. */
function writeRole(role: Role, accounts: readonly Account[]): Entry {
  const { roleArn, ...terms } = withoutDefaults(Role, role);
  const [, owner, roleName] = ROLE_ARN.exec(role.roleArn) ?? [];
  const account = accounts.find(({ id }) => id === owner);
  return account ? { ...terms, account: account.alias, roleName } : { ...terms, roleArn };
}

const writeSignOn = (signOn: SignOn): Entry => ({
  ...withoutDefaults(SignOn, signOn),
  connections: signOn.connections.map((connection) => withoutDefaults(Connection, connection)),
});

function principalOf(principal: PrincipalSelector): Entry {
  if (principal.kind === 'any') return { anyone: true };
  return principal.kind === 'sub' ? { subject: principal.name } : { group: principal.name };
}

function writeGrant(
  { selector, grant }: CompiledGrant,
  seconds: ReadonlyMap<string, number>,
  references: Supplement['references'],
): Entry {
  const { order: _order, since: _since, constraints, ...terms } = grant;
  const to = { provider: selector.provider, ...principalOf(selector.principal) };
  const limits = Object.keys(constraints).length === 0 ? {} : { constraints };
  if ('permission' in terms) return { ...terms, to, ...limits };
  const { maxDurationSeconds, sessionPolicy, ...rest } = terms;
  return {
    ...rest,
    to,
    ...(maxDurationSeconds === seconds.get(rest.role) ? {} : { maxDurationSeconds }),
    sessionPolicy: references.get(grant.id) ?? writePolicy(sessionPolicy),
    ...limits,
  };
}

function writePolicy(policy: unknown): unknown {
  if (typeof policy !== 'object' || policy === null || !('variables' in policy)) return policy;
  const { variables, ...rest } = policy;
  return Object.keys(Object(variables)).length === 0 ? rest : policy;
}
