// npm run simulate: what vend does to the account's quota of AssumeRole, on a clock of its own. Prints tables; progress goes to
// standard error. `--help` has the options.
import { type ChildProcess, fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Figures } from './meter.ts';
import { renderCharts, renderPage } from './quota-page.ts';
import { HELP, type Options, readOptions } from './read-options.ts';
import { type ComparedFigures, renderText } from './result-tables.ts';
import type { Report, Task } from './run-scenario.ts';
import { comparisonsOf } from './scenarios.ts';

const inRepository = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const PAGE = inRepository('docs/quota.md');
/** Each keeps what its instances remember. */
const MOST_PROCESSES = 2;
/** Of the memory of one process: the largest scenario needs some two thirds. */
const HEAP_MEGABYTES = 3_000;

const showProgress = (text: string): void => void process.stderr.write(`${text}\n`);

function startProcess(): ChildProcess {
  const execArgv = ['--import', 'tsx', `--max-old-space-size=${HEAP_MEGABYTES}`];
  return fork(inRepository('scripts/simulate/run-scenario.ts'), {
    execArgv,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

function runTask(child: ChildProcess, task: Task): Promise<Figures> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(`the simulation of ${task.name} ended early`));
    const onReport = (report: Report): void => {
      if (report.kind === 'hour') {
        if (report.hours % 4 === 0) showProgress(`${task.id}, ${task.name}: ${report.hours} hours`);
        return;
      }
      showProgress(`${task.id}, ${task.name}: done, ${report.megabytes} MB`);
      child.off('message', onReport).off('exit', onExit);
      resolve(report.figures);
    };
    child.on('message', onReport).on('exit', onExit).send(task);
  });
}

/** The tasks in their order, each by the next process that is free: the longest come first. */
async function runAll(tasks: readonly Task[]): Promise<ReadonlyMap<Task, Figures>> {
  const results = new Map<Task, Figures>();
  const waiting = [...tasks];
  const work = async (): Promise<void> => {
    const child = startProcess();
    try {
      for (let task = waiting.shift(); task; task = waiting.shift())
        results.set(task, await runTask(child, task));
    } finally {
      child.kill();
    }
  };
  const processes = Math.min(MOST_PROCESSES, availableParallelism(), tasks.length);
  await Promise.all(Array.from({ length: processes }, work));
  return results;
}

async function runComparisons({ size, ids }: Options): Promise<readonly ComparedFigures[]> {
  const comparisons = comparisonsOf(size).filter(({ id }) => ids.includes(id));
  const tasks = comparisons.flatMap(({ id, scenarios }) =>
    Object.keys(scenarios).map((name) => ({ size, id, name })),
  );
  const results = await runAll(tasks);
  return comparisons.map(({ id }) => ({
    id,
    results: tasks
      .filter((task) => task.id === id)
      .flatMap((task) => {
        const figures = results.get(task);
        return figures ? [{ name: task.name, figures }] : [];
      }),
  }));
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (!options.ok) {
    console.error(`npm run simulate: ${options.error}. See npm run simulate -- --help.`);
    process.exitCode = 2;
    return;
  }
  if (options.value === 'help') {
    process.stdout.write(HELP);
    return;
  }
  const { size, json, page } = options.value;
  const compared = await runComparisons(options.value);
  process.stdout.write(renderText(compared, size));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ size, compared }, undefined, 2)}\n`);
  if (!page) return;
  writeFileSync(PAGE, renderPage(compared, size));
  for (const [name, svg] of renderCharts(compared, size)) writeFileSync(inRepository(`docs/${name}`), svg);
}

await main();
