// The programs of docs/snippets.md, each with the unmodified libraries that it names, against a deployment and an STS that run.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import {
  buildCSharp,
  buildGo,
  buildJava,
  isThere,
  needsGo,
  needsJava,
  needsMono,
  needsPhp,
  PYTHON,
  run,
  trustByJava,
} from '../contract/stock-clients/clients.ts';
import type { Reader } from './reader.ts';
import { startTlsFront, type TlsFront } from './tls-front.ts';

interface Place {
  /** An empty folder. */
  readonly folder: string;
  readonly program: string;
  /** The certificate authority of deployment and service, as a file of PEM. */
  readonly ca: string;
}

interface Language {
  /** What this machine lacks, or undefined. */
  readonly missing: string | undefined;
  /** Gives what the program prints. */
  readonly run: (place: Place) => Promise<string>;
  /** Where it asks by plain HTTP, which other libraries than Alibaba Cloud's take. */
  readonly isPlain?: true;
}

const write = ({ folder, program }: Place, name: string): string => {
  const file = join(folder, name);
  writeFileSync(file, program);
  return file;
};

async function runJava({ folder, program, ca }: Place): Promise<string> {
  const command = await buildJava(folder, program, 'App');
  return run(command, folder, await trustByJava(ca, folder));
}

const runGo = async ({ folder, program, ca }: Place): Promise<string> =>
  run(await buildGo(folder, program), folder, { SSL_CERT_FILE: ca });

/** By the word after the fence. */
const LANGUAGES = {
  js: {
    missing: undefined,
    run: (place) =>
      run([process.execPath, write(place, 'app.mjs')], place.folder, { NODE_EXTRA_CA_CERTS: place.ca }),
  },
  go: { missing: needsGo, run: runGo },
  java: { missing: needsJava, run: runJava },
  php: {
    missing: needsPhp,
    run: (place) => run(['php', write(place, 'app.php')], place.folder),
    isPlain: true,
  },
  csharp: {
    missing: needsMono,
    run: async ({ folder, program }) => run(await buildCSharp(folder, program), folder),
    isPlain: true,
  },
} satisfies Readonly<Record<string, Language>>;

const STS = 'sts.cn-hangzhou.aliyuncs.com';
const TOKEN_FILE = '/var/run/secrets/stint/token';

/** Who STS says is asking: alice, by the role of the page. */
const ALICE = /acs:ram::1234567890123456:assumed-role\/media-uploader\/demo\.alice\./;

/** With the line break that Kubernetes and editors leave at its end. */
async function writeToken({ world }: Reader, folder: string): Promise<string> {
  const file = join(folder, 'token');
  writeFileSync(file, `${await world.token('alice')}\n`);
  return file;
}

/** Calls with the deployment and STS behind TLS, until it ends. */
async function behindTls<T>(
  { world }: Reader,
  folder: string,
  use: (front: TlsFront) => Promise<T>,
): Promise<T> {
  const front = await startTlsFront(folder, [Number(new URL(world.url).port), world.ports.sts]);
  try {
    return await use(front);
  } finally {
    front.close();
  }
}

/** What a page's program needs, and what runs it and sees that it works. */
export interface SnippetRun {
  readonly missing: string | undefined;
  readonly run: (text: string, reader: Reader) => Promise<void>;
}

function runIn({ missing, run: runProgram, isPlain }: Language): SnippetRun {
  return {
    missing,
    run: async (text, reader) => {
      const folder = mkdtempSync(join(reader.folder, 'snippet-'));
      const token = await writeToken(reader, folder);
      const printed = await behindTls(reader, folder, ({ ca, hosts: [vend = '', sts = ''] }) => {
        const placed = isPlain
          ? reader.place(text).replaceAll(`https://${STS}`, `http://127.0.0.1:${reader.world.ports.sts}`)
          : text.replaceAll('vend.example.com', vend).replaceAll(STS, sts);
        return runProgram({ folder, ca, program: placed.replaceAll(TOKEN_FILE, token) });
      });
      expect(printed).toMatch(ALICE);
    },
  };
}

/** Of a language, by the word after the fence. */
export const snippetIn = (language: keyof typeof LANGUAGES): SnippetRun => runIn(LANGUAGES[language]);

const PYTHON_PACKAGES = 'alibabacloud_credentials, alibabacloud_sts20150401';
const missing = isThere(PYTHON, '-c', `import ${PYTHON_PACKAGES}`)
  ? undefined
  : `${PYTHON} with ${PYTHON_PACKAGES}`;
const PROGRAM = 'app.py';

/** Puts the program for Python where the page starts it from. */
export const PYTHON_PROGRAM: SnippetRun = {
  missing,
  run: async (text, { folder }) => writeFileSync(join(folder, PROGRAM), text),
};

/** The commands of a machine on which `stint` is installed, and Python with the libraries. */
const COMMANDS = `stint() { node clients/cli/bin.mjs "$@"; }\npython() { SSL_CERT_FILE="$CA" "${PYTHON}" "$@"; }\n`;

/** Runs the lines that start the agent and the program. */
export const PYTHON_START: SnippetRun = {
  missing,
  run: async (text, reader) => {
    const { folder } = reader;
    const lines = text.replaceAll(TOKEN_FILE, await writeToken(reader, folder));
    const ended = await behindTls(reader, folder, ({ ca, hosts: [, sts = ''] }) => {
      const program = readFileSync(join(folder, PROGRAM), 'utf8');
      writeFileSync(join(folder, PROGRAM), program.replaceAll(STS, sts));
      return reader.run(`CA='${ca}'\n${COMMANDS}${lines}kill "$STINT_AGENT_PID"`);
    });
    expect(ended).toMatchObject({ exitCode: 0, out: expect.stringMatching(ALICE) });
  },
};
