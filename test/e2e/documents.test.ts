// Each page for a kind of reader does what it says: its blocks are run in their order against one deployment that runs, in a shell
// with an empty home. A block that is not run is listed here with the reason.
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DEMO_AUDIENCE } from '../../local/demo/demo-account.ts';
import { fetchAndroidSdk } from '../contract/stock-clients/android-sdk.ts';
import { Browser } from '../support/browser.ts';
import { type DocumentBlock, documentBlocks } from '../support/document-blocks.ts';
import { startedAt } from '../support/opener.ts';
import { ROOT } from './npm-start.ts';
import { Reader } from './reader.ts';
import { PYTHON_PROGRAM, PYTHON_START, type SnippetRun, snippetIn } from './run-snippets.ts';
import { startWorld, type World } from './world.ts';

/** CI must not pass for want of a package. */
const isCi = process.env['CI'] !== undefined;
/** Go and Maven fetch packages that are not on this machine yet. */
const BUILD_TIMEOUT_MS = 300_000;

/** A change of the rules is in force everywhere within 5 seconds; as much again for a machine that is busy. */
const IN_FORCE = { timeout: 10_000, interval: 500 };

/** Blocks without a language are run by a shell, and must end well. Of all others, and where more is to be seen, it is said here. */
type Treatment =
  | { readonly prints: RegExp }
  | { readonly notRun: string }
  | SnippetRun
  | ((text: string, reader: Reader) => Promise<unknown>);

interface Page {
  /** Whether its readers have a clone in which `npm start` runs. */
  readonly hasClone: boolean;
  /** By how the block begins; the longest that fits. */
  readonly blocks: Readonly<Record<string, Treatment>>;
}

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close()); // a start that failed has cleaned up after itself

async function runWell(text: string, reader: Reader): Promise<void> {
  const { exitCode, out, errors } = await reader.run(text);
  expect([exitCode, exitCode === 0 ? '' : `${out}${errors}`]).toEqual([0, '']);
}

/** `a.b[].c` of every value, so that an answer and what the page shows of it are compared without what differs each time. */
function membersOf(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => membersOf(item, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [`${path}: ${typeof value}`];
  return Object.entries(value).flatMap(([name, item]) => membersOf(item, `${path}.${name}`));
}

/** The block is what the one before it printed. */
async function isTheAnswer(text: string, { printed }: Reader): Promise<void> {
  expect(membersOf(JSON.parse(printed))).toEqual(membersOf(JSON.parse(text)));
}

/** Puts lines of YAML into the access document, below the first line of this text. */
const intoAccessDocument =
  (below: string) =>
  async (text: string): Promise<void> => {
    const file = join(world.state.folder, 'access.yaml');
    const document = readFileSync(file, 'utf8');
    expect(document).toContain(below);
    writeFileSync(file, document.replace(below, `${below}${text}`));
  };

const runNode = async (reader: Reader, program: string): Promise<string> => {
  const file = join(reader.folder, `page-${readdirSync(reader.folder).length}.mjs`);
  writeFileSync(file, reader.place(program));
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: reader.folder });
  return stdout;
};

const GIVEN = { accessKeyId: expect.stringMatching(/^STS\./) };

async function givesCredentials(text: string, reader: Reader): Promise<void> {
  const idToken = JSON.stringify(await world.token('alice'));
  const program = `const idToken = ${idToken};\n${text}\nconsole.log(JSON.stringify(body.credentials));`;
  expect(JSON.parse(await runNode(reader, program))).toMatchObject(GIVEN);
}

/** The other company has registered the partner's public key, under the name that the page uses. */
async function provesByKey(text: string, reader: Reader): Promise<void> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(join(reader.folder, 'acme-billing.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const jwks = JSON.stringify({
    keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256' }],
  });
  await intoAccessDocument('providers:\n')(`  - id: acme
    kind: assertion
    clients: [{ id: acme-billing, jwks: ${jwks} }]
`);
  await intoAccessDocument('grants:\n')(`  - id: acme-billing
    to: { provider: acme, subject: acme-billing }
    role: arms-reader
    sessionPolicy: { policyFrom: AliyunARMSReadOnlyAccess }
`);
  await runWell('npx stint apply .stint/access.yaml', reader);
  const program = `${text.replace('https://vend.example.com', DEMO_AUDIENCE)}\nconsole.log(assertion);`;
  await vi.waitFor(async () => {
    const assertion = (await runNode(reader, program)).trim();
    expect(await world.vend(assertion, { role: 'arms-reader' })).toMatchObject({ status: 200 });
  }, IN_FORCE);
}

/** The class of the page runs with the SDK for Android, on the JVM. */
async function runOnAndroid(text: string, reader: Reader): Promise<void> {
  const classPath = fetchAndroidSdk(reader.folder);
  writeFileSync(join(reader.folder, 'StintCredentials.java'), reader.place(text));
  writeFileSync(
    join(reader.folder, 'App.java'),
    `public class App {
      public static void main(String[] args) throws Exception {
        System.out.println(new StintCredentials(() -> args[0]).getValidFederationToken().getTempAK());
        try {
          new StintCredentials(() -> "none").getValidFederationToken();
        } catch (com.alibaba.sdk.android.oss.ClientException refused) {
          System.out.println(refused.getMessage());
        }
      }
    }`,
  );
  const run = promisify(execFile);
  const javac = ['-cp', classPath, '-d', 'classes', 'StintCredentials.java', 'App.java'];
  await run('javac', javac, { cwd: reader.folder });
  const args = ['-cp', `${classPath}:classes`, 'App', await world.token('alice')];
  const { stdout } = await run('java', args, { cwd: reader.folder });
  expect(stdout).toMatch(/^STS\.\S+\n.*Stint refused: invalid_token, request \S+/);
}

const ON_ANDROID: SnippetRun = { missing: snippetIn('java').missing, run: runOnAndroid };

/** The person whom the command sends to the browser signs in there. */
async function signsInMeanwhile(text: string, reader: Reader): Promise<void> {
  const run = runWell(text, reader);
  const browser = new Browser((request) => fetch(request));
  const start = await browser.open(
    await startedAt(await reader.opener.next(run.then(() => ({ exitCode: 0 })))),
  );
  const link = /href="([^"]+)"[^>]*>Continue with Example Corp/.exec(start.text)?.[1] ?? '';
  const people = await browser.open(new URL(link.replaceAll('&amp;', '&'), start.url));
  const question = await browser.submit(people, { person: 'alice' });
  expect(question.text).toContain('Sign in on the command line?');
  // The page has other forms before this one.
  const form = question.text.lastIndexOf('<form', question.text.indexOf('action="/login/authorize"'));
  await browser.submit({ ...question, text: question.text.slice(form) }, { answer: 'yes' });
  await run;
  expect(reader.printed).toContain('media-uploader');
  await runWell('test -n "$ALIBABA_CLOUD_SECURITY_TOKEN" && stint --version', reader);
}

const COMMANDS_OF_PROFILES =
  'JSON.parse(require("fs").readFileSync(process.env.HOME + "/.aliyun/config.json")).profiles.map((one) => one.process_command).join("\\n")';

/** Nobody is at a terminal here, and the aliyun CLI is in no registry: the test runs what the CLI would. */
async function setsUpProfiles(text: string, reader: Reader): Promise<void> {
  await runWell(`${text.split('#')[0]} --yes`, reader);
  await runWell(`node -p '${COMMANDS_OF_PROFILES}'`, reader);
  expect(reader.printed.trim().split('\n')).toHaveLength(2);
  await runWell(reader.printed, reader);
  expect(reader.printed.match(/"mode":"StsToken","access_key_id":"STS\./g)).toHaveLength(2);
}

/** The last command opens the browser, and does not wait for it. */
async function usesTheRole(text: string, reader: Reader): Promise<void> {
  await runWell(text, reader);
  const opened = await reader.opener.next(new Promise(() => undefined));
  expect(opened.hostname).toMatch(/^(?:127\.0\.0\.1|localhost)$/);
}

/** The page shows a grant of the demo as it is; then its reader changes it. */
async function isInTheDemo(text: string): Promise<void> {
  const file = join(world.state.folder, 'access.yaml');
  const document = readFileSync(file, 'utf8');
  const grant = text.replace('grants:\n', '');
  expect(readFileSync(join(ROOT, 'local/access.yaml'), 'utf8')).toContain(grant);
  writeFileSync(file, document.replace(grant, grant.replace('1800', '1200')));
}

/** Pages about files for another system, and the tests that run them as that system does. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'docs/for-ci-owners.md': 'test/contract/ci-documents.test.ts',
  'docs/for-kubernetes-owners.md': 'test/contract/kubernetes-pods.test.ts',
};

const LIBRARIES: Treatment = { notRun: 'the test has its own copy of the libraries, at fixed versions' };
const CREDENTIALS: Treatment = { prints: /"accessKeyId":"STS\./ };

const PAGES: Readonly<Record<string, Page>> = {
  'README.md': {
    hasClone: true,
    blocks: {
      'npm start     # installs': {
        notRun: 'the first line has started the world, and the second runs this test',
      },
      'curl ': CREDENTIALS,
      ' token ──►': { notRun: 'a picture' },
    },
  },
  // Before the pages that add entries to the rules: it goes back to revision 1, which would ask before it removes them.
  'docs/for-platform-engineers.md': { hasClone: true, blocks: { 'grants:': isInTheDemo } },
  'docs/for-app-developers.md': {
    hasClone: true,
    blocks: {
      'TOKEN=': CREDENTIALS,
      '{': isTheAnswer,
      'const STINT': { notRun: 'test/http/app-docs.test.ts runs it' },
      'curl ': CREDENTIALS,
    },
  },
  'docs/for-browser-and-mobile-developers.md': {
    hasClone: true,
    blocks: {
      '    allowedOrigins:': intoAccessDocument('  - id: demo\n'),
      'curl -si': { prints: /^HTTP\/1\.1 204[\s\S]*allow-origin: http:\/\/localhost:5173/ },
      'const answer': givesCredentials,
      'import com.alibaba': ON_ANDROID,
      'let stint': { notRun: 'CI has no Swift and no OSS SDK for iOS; the page says so' },
    },
  },
  'docs/for-partners.md': {
    hasClone: true,
    blocks: { 'curl ': CREDENTIALS, 'import { readFileSync }': provesByKey },
  },
  'docs/snippets.md': {
    hasClone: true,
    blocks: {
      'npm install': LIBRARIES,
      'import credentials': snippetIn('js'),
      'pip install': LIBRARIES,
      'from alibabacloud': PYTHON_PROGRAM,
      'eval "$(stint agent': PYTHON_START,
      'go get': LIBRARIES,
      'package main': snippetIn('go'),
      'import com.aliyun': snippetIn('java'),
      '<?php': snippetIn('php'),
      'using System': snippetIn('csharp'),
    },
  },
  'docs/for-employees.md': {
    hasClone: false,
    blocks: {
      'npm install -g': signsInMeanwhile,
      'stint exec': usesTheRole,
      'stint setup aliyun': setsUpProfiles,
    },
  },
  'docs/for-security-engineers.md': {
    hasClone: true,
    blocks: {
      '  - id: security-explains': intoAccessDocument('grants:\n'),
      'curl ': { prints: /"grant":"alice-own-prefix"/ },
      'npm test': { notRun: 'a part of the run of which this test is a part' },
    },
  },
};

const firstLineOf = ({ text }: DocumentBlock): string => text.split('\n')[0] ?? '';

const startsOf = (blocks: Page['blocks'], { text }: DocumentBlock): readonly string[] =>
  Object.keys(blocks).filter((start) => text.startsWith(start));

const treatmentOf = (block: DocumentBlock, blocks: Page['blocks']): Treatment | undefined =>
  blocks[startsOf(blocks, block).toSorted((a, b) => b.length - a.length)[0] ?? ''];

async function runBlock(
  block: DocumentBlock,
  treatment: Treatment | undefined,
  reader: Reader,
): Promise<void> {
  if (typeof treatment === 'function') await treatment(block.text, reader);
  else if (treatment === undefined && block.language === '') await runWell(block.text, reader);
  else if (treatment === undefined) throw new Error('this block is neither run nor listed with a reason');
  else if ('run' in treatment) await treatment.run(block.text, reader);
  else if ('prints' in treatment)
    await vi.waitFor(async () => {
      await runWell(block.text, reader);
      expect(reader.printed).toMatch(treatment.prints);
    }, IN_FORCE);
}

describe.each(Object.entries(PAGES))('%s', (path, page) => {
  const blocks = documentBlocks(path);
  let reader: Reader;
  beforeAll(() => {
    reader = new Reader(world, page.hasClone);
  });
  afterAll(() => reader?.close());

  it.for(blocks.map((block) => ({ block, line: block.line, first: firstLineOf(block) })))(
    'does what line $line says: $first',
    { timeout: BUILD_TIMEOUT_MS },
    async ({ block }, { skip }) => {
      const treatment = treatmentOf(block, page.blocks);
      const missing = typeof treatment === 'object' && 'run' in treatment ? treatment.missing : undefined;
      if (missing !== undefined && !isCi) skip(`needs: ${missing}`);
      await runBlock(block, treatment, reader);
    },
  );

  it('has every block that is listed here', () => {
    const there = new Set(blocks.flatMap((block) => startsOf(page.blocks, block)));
    expect(Object.keys(page.blocks).filter((start) => !there.has(start))).toEqual([]);
  });
});

it('every page for a kind of reader is run', () => {
  const pages = readdirSync(join(ROOT, 'docs')).filter((name) => name.startsWith('for-'));
  expect(pages.length).toBeGreaterThan(6);
  const others = pages.map((name) => `docs/${name}`).filter((path) => !(path in PAGES));
  expect(others).toEqual(Object.keys(ELSEWHERE));
  for (const [path, test] of Object.entries(ELSEWHERE))
    expect(readFileSync(join(ROOT, test), 'utf8')).toContain(`'${path}'`);
});
