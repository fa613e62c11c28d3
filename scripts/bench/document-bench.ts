// A document of 100,000 grants from its text to a plan, in a process of its own, so that the memory is its own: next to
// what reading and composing the same text costs with the YAML library alone, a tenth of it at a time.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { readDocuments } from '../../shared/rules/compile/read-documents.ts';
import { diffAccess } from '../../shared/rules/review/diff.ts';
import { lintDocument } from '../../shared/rules/review/lint-document.ts';
import { planAccess } from '../../shared/rules/review/plan-access.ts';
import { type BenchRow, subjectAtMost } from './bench-row.ts';

/** The product's bounds: a minute and 1 GB. */
const TARGET_SECONDS = 60;
const TARGET_MEGABYTES = 1_000;
const GRANTS = 100_000;
const FLOOR_PARTS = 10;
const SELF = fileURLToPath(import.meta.url);

const HEAD = `version: 1
providers:
  - { id: app-users, kind: oidc, issuer: "https://id.example.com" }
roles:
  - { id: media-uploader, roleArn: "acs:ram::1234567890123456:role/media-uploader" }
grants:
`;
const grant = (i: number): string => `  - id: grant-${i}
    to: { provider: app-users, subject: user-${i} }
    role: media-uploader
    sessionPolicy:
      document:
        Version: "1"
        Statement:
          - { Effect: Allow, Action: [oss:PutObject, oss:GetObject], Resource: "acs:oss:*:*:media/users/${i}/*" }
`;
const documentOf = (count: number): string =>
  HEAD + Array.from({ length: count }, (_, i) => grant(i)).join('');

const NOTHING = { providers: [], roles: [], grants: [] };

/** Returns how many changes were found, so that nothing is optimised away. */
const JOBS: Readonly<Record<string, () => number>> = {
  subject: () => {
    const read = readDocuments([{ name: 'bench.yaml', text: documentOf(GRANTS) }]);
    if (!read.ok) throw new Error(read.error[0]?.message);
    const { access, document } = read.value;
    const changes = [planAccess(NOTHING, access), diffAccess(NOTHING, access), lintDocument(document)];
    return changes.reduce((sum, { length }) => sum + length, 0);
  },
  floor: () => {
    const text = documentOf(GRANTS / FLOOR_PARTS);
    let sum = 0;
    for (let part = 0; part < FLOOR_PARTS; part += 1) sum += Object.keys(parseDocument(text).toJS()).length;
    return sum;
  },
};

const Measured = z.object({ seconds: z.number(), megabytes: z.number() });

function measure(job: () => number): z.infer<typeof Measured> {
  const startedAt = performance.now();
  if (job() === 0) throw new Error('the benchmark found nothing');
  const seconds = (performance.now() - startedAt) / 1000;
  return { seconds, megabytes: process.resourceUsage().maxRSS / 1024 };
}

async function measureAlone(job: string): Promise<z.infer<typeof Measured>> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', SELF, job]);
  return Measured.parse(JSON.parse(stdout));
}

export async function benchDocument(): Promise<readonly BenchRow[]> {
  const [subject, floor] = [await measureAlone('subject'), await measureAlone('floor')];
  return [
    subjectAtMost(TARGET_SECONDS, {
      what: 'a document of 100,000 grants, read and planned: seconds',
      subject: subject.seconds,
      floor: floor.seconds,
      show: (value) => `${value.toFixed(1)} s`,
    }),
    subjectAtMost(TARGET_MEGABYTES, {
      what: 'a document of 100,000 grants, read and planned: MB',
      subject: subject.megabytes,
      floor: floor.megabytes,
      show: (value) => `${value.toFixed(0)} MB`,
    }),
  ];
}

const job = process.argv[1] === SELF ? JOBS[process.argv[2] ?? ''] : undefined;
if (job) console.log(JSON.stringify(measure(job)));
