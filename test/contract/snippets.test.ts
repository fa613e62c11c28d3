// The programs of docs/snippets.md that ask Stint without a library renew credentials when Stint says so, keep those that still work
// while it fails, and send the token to it alone. test/e2e/documents.test.ts runs all programs of that page as they stand there.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { documentBlocks } from '../support/document-blocks.ts';
import { answerJson, type Handler, startLoopback } from '../support/loopback.ts';
import { buildCSharp, needsMono, needsPhp, run } from './stock-clients/clients.ts';

/** CI must not pass for want of a package. */
const isCi = process.env['CI'] !== undefined;

const programIn = (wanted: string): string =>
  documentBlocks('docs/snippets.md').find(({ language }) => language === wanted)?.text ?? '';

/** Arguments: the URL of Stint, the file of the token, and how often to take credentials. Prints the key or the failure of each try. */
const PHP = programIn('php').replace(
  /\$stint = [\s\S]*/,
  `$stint = new StintCredentials($argv[1], 'media-uploader', $argv[2]);
  for ($try = 0; $try < $argv[3]; $try++) {
    try { echo $stint->get()['accessKeyId'], "\\n"; } catch (RuntimeException $failed) { echo $failed->getMessage(), "\\n"; }
  }`,
);
const CSHARP = programIn('csharp').replace(
  /public static void Main\(\)[\s\S]*/,
  `public static void Main(string[] args)
    {
        var stint = new StintCredentials(args[0], "media-uploader", args[1]);
        for (var count = 0; count < int.Parse(args[2]); count++)
        {
            try { Console.WriteLine(stint.GetAsync().Result.AccessKeyId); }
            catch (AggregateException failed) { Console.WriteLine(failed.InnerException.Message); }
        }
    }
}`,
);

interface Program {
  readonly language: string;
  readonly missing: string | undefined;
  /** Gives the command that runs it. */
  readonly build: (folder: string) => Promise<readonly string[]>;
}

const PROGRAMS: readonly Program[] = [
  {
    language: 'PHP',
    missing: needsPhp,
    async build(folder) {
      writeFileSync(join(folder, 'app.php'), PHP);
      return ['php', join(folder, 'app.php')];
    },
  },
  { language: 'C#', missing: needsMono, build: (folder) => buildCSharp(folder, CSHARP) },
];

const HOUR_MS = 3_600_000;
const hoursFromNow = (hours: number): string => new Date(Date.now() + hours * HOUR_MS).toISOString();

/** `ends`, `renews`: in hours from now. */
const given = (accessKeyId: string, ends: number, renews: number): Handler =>
  answerJson({
    credentials: { accessKeyId, accessKeySecret: 's', securityToken: 't', expiration: hoursFromNow(ends) },
    refreshAfter: hoursFromNow(renews),
  });
const DOWN = answerJson({ code: 'sts_unavailable', requestId: 'request-1' }, 503);

interface ReceivedRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: IncomingHttpHeaders['authorization'];
}

/** Lets the program take credentials so often, while Stint gives these answers one after the other. */
async function takeFrom(program: Program, tries: number, answers: readonly Handler[]) {
  const asked: ReceivedRequest[] = [];
  const stint = await startLoopback((request, response) => {
    const { method, url, headers } = request;
    asked.push({ method, url, authorization: headers.authorization });
    return answers[asked.length - 1]?.(request, response);
  });
  const folder = mkdtempSync(join(tmpdir(), 'stint-snippets-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const token = join(folder, 'token');
  writeFileSync(token, 'a.b.c\n');
  const command = await program.build(folder);
  const printed = await run([...command, stint.url, token, String(tries)], folder);
  return { asked, lines: printed.trim().split('\n') };
}

describe.each(PROGRAMS)('the program in $language', (program) => {
  const { missing } = program;
  const tells = (title: string): string => (missing === undefined ? title : `${title} (needs: ${missing})`);
  const isSkipped = missing !== undefined && !isCi;

  it.skipIf(isSkipped)(
    tells('renews when Stint says so, and keeps what works while Stint fails'),
    async () => {
      const { asked, lines } = await takeFrom(program, 4, [given('one', 1, -1), DOWN, given('two', 1, 0.5)]);
      expect(lines).toEqual(['one', 'one', 'two', 'two']);
      expect(asked).toEqual(
        Array(3).fill({ method: 'POST', url: '/v1/credentials', authorization: 'Bearer a.b.c' }),
      );
    },
  );

  it.skipIf(isSkipped)(tells('gives nothing that has expired, and tells why'), async () => {
    const { lines } = await takeFrom(program, 2, [given('one', -0.1, -1), DOWN]);
    expect(lines).toEqual(['one', 'Stint refused: sts_unavailable, request request-1']);
  });

  it.skipIf(isSkipped)(tells('takes its token nowhere else'), async () => {
    const other = await startLoopback(given('other', 1, 1));
    const { lines } = await takeFrom(program, 1, [
      (_, response) => response.writeHead(307, { location: other.url }).end(),
    ]);
    expect(lines).not.toContain('other');
    expect(other.requests).toEqual([]);
  });
});
