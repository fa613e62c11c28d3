// Writes the rows that an earlier version of Stint leaves in its tables, for test/contract/upgrade.test.ts. Every row is written by
// that version's own code: its apply, vend, sign-in, passkeys, key history and flush. Run it on a checkout of the version:
//   git worktree add /tmp/stint-0.1.0 v0.1.0 && (cd /tmp/stint-0.1.0 && npm ci)
//   npx tsx test/support/record-earlier-rows.ts /tmp/stint-0.1.0 > test/data/rows-of-0.1.0.json
import { join } from 'node:path';
import process from 'node:process';

const checkout = process.argv[2] ?? '';
/** Of the checkout, so that no code of this version takes part. */
const load = (path: string) => import(join(checkout, path));

function need<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.value;
}

const document = (grants: string): string => `
version: 1
providers:
  - { id: app-users, kind: oidc, issuer: 'https://id.example.com', groups: groups }
signOn:
  connections:
    - { id: corporate, kind: oidc, name: Example Corp, issuer: 'https://id.example.com', clientId: stint }
roles:
  - { id: media-uploader, roleArn: 'acs:ram::1234567890123456:role/media-uploader', description: Uploads }
  - { id: arms-reader, roleArn: 'acs:ram::1234567890123456:role/arms-reader' }
grants:
  - id: own-prefix
    to: { provider: app-users, subject: alice }
    role: media-uploader
    maxDurationSeconds: 1800
    constraints: { secureTransport: true }
    sessionPolicy:
      variables: { user: { claim: sub, pattern: '[A-Za-z0-9_-]{1,64}' } }
      document:
        Version: '1'
        Statement: [{ Effect: Allow, Action: oss:PutObject, Resource: 'acs:oss:*:*:media/users/\${user}/*' }]
${grants}
tests:
  - name: alice uploads
    as: { provider: app-users, subject: alice }
    role: media-uploader
    expect: allow
`;
const READERS = `  - id: readers
    to: { provider: app-users, group: readers }
    role: arms-reader
    sessionPolicy: inherit`;

const { FakeRows } = await load('test/support/fake-rows.ts');
const { NOW, ISSUER } = await load('test/support/builders.ts');
const { TABLES } = await load('shared/adapters/tablestore/tables.ts');
const { readDocuments } = await load('shared/rules/compile/read-documents.ts');
const { readCurrentAccess, writeAccess } = await load('shared/adapters/tablestore/applied-access.ts');
const { createRulesStore } = await load('shared/adapters/tablestore/access-store.ts');
const { createAuditLog } = await load('shared/adapters/tablestore/tablestore-audit-log.ts');
const { createKeyHistory, writeDecisions } = await load(
  'shared/adapters/tablestore/tablestore-issuer-keys.ts',
);
const { createOnceStore } = await load('shared/adapters/tablestore/tablestore-once-store.ts');
const { createCounters } = await load('shared/adapters/tablestore/tablestore-counters.ts');
const { createSessionStore, createPasskeyStore, createActivityStore } = await load(
  'shared/adapters/tablestore/tablestore-people-stores.ts',
);
const { writeFlush } = await load('shared/adapters/tablestore/flush-row.ts');
const { beginSession } = await load('functions/login/sessions/begin-session.ts');
const { personKey } = await load('shared/people/person.ts');
const { SignOn } = await load('shared/rules/sign-on/sign-on.ts');
const { startVend } = await load('test/support/vend-app.ts');

const rows = new FakeRows();

async function apply(text: string, documentSha256: string): Promise<void> {
  const { access } = need<{ access: unknown }>(readDocuments([{ name: 'access.yaml', text }]));
  const base = need(await readCurrentAccess(rows));
  const how = { base, access, appliedBy: 'operator', documentSha256, now: NOW, onProgress: () => {} };
  need(await writeAccess(rows, how));
}

async function vendOnce(): Promise<void> {
  const app = startVend({ rules: (clock: unknown) => createRulesStore(rows, clock) });
  const answers = [await app.vend(), await app.vend({ role: 'nothing-of-this-name' })];
  if (answers.map(({ status }) => status).join() !== '200,403') throw new Error(JSON.stringify(answers));
  const log = createAuditLog(rows);
  for (const event of app.auditLog.events) need(await log.record(event));
  for (const key of app.auditLog.keys) need(await log.register(key));
}

const { sessions: limits } = SignOn.parse({ connections: [] });

const signedOnAs = (subject: string) => ({
  connection: 'corporate',
  subject,
  groups: ['readers'],
  claims: { name: `Name of ${subject}` },
  authenticatedAt: NOW,
  methods: ['pwd'],
  idpSession: `idp-${subject}`,
});

/** Gives the cookie that opens the session. */
async function signIn(subject: string): Promise<string> {
  const signedOn = signedOnAs(subject);
  const about = { browser: 'Firefox/140 (Windows)', now: NOW, limits };
  const { handle } = need<{ handle: Record<string, string> }>(
    await beginSession(signedOn, about, createSessionStore(rows)),
  );
  return [handle['person'], handle['id'], handle['family'], handle['secret']].join('.');
}

async function keepPeople(): Promise<{ readonly cookie: string }> {
  const cookie = await signIn('alice');
  const person = personKey('corporate', 'alice');
  need(
    await createActivityStore(rows).note(person, {
      kind: 'signed_in',
      subject: 'corporate',
      at: NOW.toISOString(),
    }),
  );
  const passkeys = createPasskeyStore(rows);
  const passkey = {
    connection: 'corporate',
    subject: 'alice',
    credential: 'A'.repeat(43),
    publicKey: 'pQECAyYgASFYIA',
    counter: 0,
    transports: ['internal'],
    name: 'Laptop',
    addedAt: NOW,
    version: 1,
  };
  need(await passkeys.add(passkey));
  need(await passkeys.noteSignOn({ signedOn: signedOnAs('alice'), at: NOW }));
  return { cookie };
}

async function keepKeys(): Promise<void> {
  const key = { thumbprint: 'T'.repeat(43), kid: 'key-1', alg: 'RS256' };
  await createKeyHistory(rows).see('app-users', [key], NOW);
  need(
    await writeDecisions(rows, [
      {
        provider: 'app-users',
        thumbprint: 'R'.repeat(43),
        decision: 'revoked',
        decidedAt: NOW,
        decidedBy: 'operator',
      },
    ]),
  );
}

await apply(document(''), 'first');
await apply(document(READERS), 'second');
need(await writeFlush(rows, { signIns: false, flushedBy: 'operator', now: NOW }));
await vendOnce();
const { cookie } = await keepPeople();
await keepKeys();
need(await createOnceStore(rows).consume('a-token', NOW));
need(await createCounters(rows).add('a-caller'));

const tables = Object.fromEntries(TABLES.map((table: { name: string }) => [table.name, rows.rows(table)]));
process.stdout.write(`${JSON.stringify({ version: '0.1.0', issuer: ISSUER, cookie, tables }, null, 1)}\n`);
