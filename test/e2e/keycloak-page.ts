// What an administrator does by docs/providers/keycloak.md: its commands as they stand there, and its rules.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { parse, parseDocument } from 'yaml';
import * as z from 'zod';
import { type DocumentBlock, documentBlocks } from '../support/document-blocks.ts';
import { ADMIN, type Keycloak } from './keycloak.ts';

const blocks = documentBlocks('docs/providers/keycloak.md');
const inLanguage = (language: string): readonly string[] =>
  blocks.flatMap((block: DocumentBlock) => (block.language === language ? [block.text] : []));

/** What the page adds to the command that starts Keycloak. */
export const startOptions: readonly string[] = inLanguage('').flatMap(
  (text) => /^bin\/kc\.sh start (.*)$/m.exec(text)?.[1]?.split(' ') ?? [],
);

/** The roles of the examples, by those of the local cloud. */
const ROLES: Readonly<Record<string, string>> = {
  uploader: 'arms-reader',
  'site-publisher': 'media-uploader',
  exporter: 'arms-reader',
};

/** Where the page's names are, in this test. */
interface Places {
  readonly keycloak: Keycloak;
  readonly stint: string;
  readonly audience: string;
}

const placed = (script: string, { keycloak, stint, audience }: Places): string =>
  script
    .replaceAll('audience=https://vend.example.com', `audience=${audience}`)
    .replaceAll('https://sso.example.com', keycloak.url)
    .replaceAll('https://vend.example.com', stint)
    .replaceAll(/"role": "(\w+)"/g, (_, role: string) => `"role": "${ROLES[role]}"`);

/** Returns what it prints. Fails with the first command that does. */
async function runInBash(script: string): Promise<string> {
  const bash = spawn('bash', ['-euo', 'pipefail', '-c', script], { stdio: 'pipe' });
  bash.stdin.end(`${ADMIN.password}\n`);
  const exitCode = new Promise<number | null>((resolve) => bash.once('close', resolve));
  const [printed, errors] = await Promise.all([text(bash.stdout), text(bash.stderr)]);
  if ((await exitCode) !== 0) throw new Error(`${printed}${errors}`);
  return printed;
}

const COMMANDS = inLanguage('bash');
const [PREAMBLE = '', ...STEPS] = COMMANDS;
const isVend = (block: string): boolean => block.includes('/v1/credentials');

/** Every command that sets Keycloak up. */
export const followPage = (places: Places): Promise<string> =>
  runInBash(placed([PREAMBLE, ...STEPS.filter((block) => !isVend(block))].join('\n'), places));

/** What the page's program does: a token, and credentials for it. Returns the answer. */
export const vendByPage = (places: Places): Promise<string> =>
  runInBash(placed([PREAMBLE, ...STEPS.filter(isVend)].join('\n'), places));

/** The mapper that the page gives a SAML client, as JSON. */
export const samlGroupsMapper: object = JSON.parse(inLanguage('json')[0] ?? '{}');

const Entry = z.record(z.string(), z.unknown());
const Rules = z.object({
  signOn: z.object({ connections: z.array(Entry) }).optional(),
  providers: z.array(Entry).optional(),
  grants: z.array(Entry.and(z.object({ role: z.string() }))).optional(),
});

/** The document with the page's rules in it. */
export function withRulesOfPage(access: string, places: Places): string {
  const document = parseDocument(access);
  for (const block of inLanguage('yaml')) {
    const { signOn, providers = [], grants = [] } = Rules.parse(parse(placed(block, places)));
    for (const entry of signOn?.connections ?? []) document.addIn(['signOn', 'connections'], entry);
    for (const entry of providers) document.addIn(['providers'], entry);
    for (const entry of grants) document.addIn(['grants'], { ...entry, role: ROLES[entry.role] });
  }
  return document.toString();
}
