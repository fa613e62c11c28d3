// docs/performance.md, from the figures of one run of the benchmark.
import { cpus } from 'node:os';
import { type BenchRow, formatRatio, formatVerdict } from './bench-row.ts';

export interface PartResult {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly BenchRow[];
}

interface Machine {
  readonly processor: string;
  readonly processors: number;
  readonly node: string;
  /** ISO 8601. */
  readonly at: string;
}

export function describeMachine(): Machine {
  const all = cpus();
  return {
    processor: (all[0]?.model ?? 'unknown').trim(),
    processors: all.length,
    node: process.version,
    at: new Date().toISOString(),
  };
}

const INTRODUCTION = `# Performance

What Stint costs, for those who size or pay a deployment, and for those who change the path of a request. \`npm run bench -- --page\`
writes this page from one run on one machine; compare the ratios, not the times. The floor of a row is what any program pays for the
same work, measured in the same run.

- The function runs as it is deployed, on a core of its own. Tablestore and STS are local servers in another process. They answer
  sooner than the real ones, and their CPU is not counted.
- CPU is the time that the kernel counts for the process, all threads together. It changes little when the machine is busy. Starts,
  requests a second and waiting times are by the clock on the wall, and change much: measure them on a quiet machine.
- Kinds of requests take turns in rounds, after one round that warms up. A figure is the median of the rounds; beside a ratio stand
  the least and the greatest of a round.
- "Alone" is one connection: each request begins when the last one is answered. All others have 50 connections, about as many as one
  instance gets.

\`npm run bench -- requests\` measures one part alone, \`--json FILE\` writes the figures for a program. The parts of this page:
`;

const inCell = (text: string): string => text.replaceAll('|', '\\|');

function tableRow(row: BenchRow): string {
  const cells = [row.what, row.subject.text, row.floor.text, formatRatio(row), formatVerdict(row), row.more];
  return `| ${cells.map(inCell).join(' | ')} |`;
}

function section({ title, rows }: PartResult): string {
  const head =
    '| what | Stint | floor | ratio | target | measured with it |\n| --- | --- | --- | --- | --- | --- |';
  return `## ${title}\n\n${head}\n${rows.map(tableRow).join('\n')}\n`;
}

export function renderPage({
  machine,
  parts,
}: {
  readonly machine: Machine;
  readonly parts: readonly PartResult[];
}): string {
  const names = parts.map(({ name }) => `\`${name}\``).join(', ');
  const { processor, processors, node, at } = machine;
  const run = `Measured on ${at.slice(0, 10)} with Node.js ${node} on ${processors} cores of ${processor}.`;
  return [`${INTRODUCTION}${names}.\n\n${run}\n`, ...parts.map(section)].join('\n');
}
