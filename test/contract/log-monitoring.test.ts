// The queries of the dashboard and of the alert rules find what they say in lines that the functions write, and name no field
// that these lines lack.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { holdsAll, readMonitors } from '../../clients/cli/setup/log-monitoring.ts';
import { SEPARATORS } from '../../shared/adapters/alibaba-cloud/log-projects.ts';
import { createConsoleLogger } from '../../shared/adapters/console-logger.ts';
import { LOG_LINES } from '../../shared/kernel/log-lines.ts';
import type { Logger } from '../../shared/kernel/logger.ts';
import { createLoginNumbers, createVendNumbers } from '../../shared/kernel/numbers.ts';
import { columnOf, inlineCodeOf } from '../architecture/markdown.ts';
import { ROOT } from '../architecture/source-files.ts';
import { startVend, type Vend } from '../support/vend-app.ts';

const PYTHON = process.env['STINT_PYTHON'] ?? 'python3';
const hasPython = spawnSync(PYTHON, ['-c', 'import sqlite3']).status === 0;

const Query = z.object({ query: z.string(), store: z.string(), project: z.string(), region: z.string() });
const Alert = z.looseObject({
  displayName: z.string(),
  description: z.string(),
  configuration: z.looseObject({
    dashboard: z.string(),
    queryList: z.array(z.looseObject(Query.shape)).length(1),
    severityConfigurations: z.array(z.object({ evalCondition: z.looseObject({ condition: z.string() }) })),
  }),
});
const Chart = z.looseObject({
  title: z.string(),
  search: z.object({ query: z.string(), logstore: z.string() }).loose(),
  display: z
    .object({ xAxis: z.array(z.string()).default([]), yAxis: z.array(z.string()).default([]) })
    .loose(),
});

const monitors = readMonitors(ROOT, 'my-logs', 'cn-shanghai');
const alerts = monitors.flatMap(({ kind, name, definition }) => {
  if (kind !== 'log-alert') return [];
  const { configuration, ...alert } = Alert.parse(definition);
  const [query] = configuration.queryList;
  const conditions = configuration.severityConfigurations.map(({ evalCondition }) => evalCondition.condition);
  return query ? [{ name, ...alert, query, condition: conditions.join(' or ') }] : [];
});
const charts = monitors.flatMap(({ kind, definition }) =>
  kind === 'log-dashboard' ? z.array(Chart).parse(definition['charts']) : [],
);
const queries = [
  ...alerts.map(({ query: { query, store } }) => ({ query, store })),
  ...charts.map(({ search: { query, logstore } }) => ({ query, store: logstore })),
];

interface LogQuery {
  readonly query: string;
  readonly lines: readonly string[];
  readonly condition: string | null;
}

const Answers = z.array(z.object({ rows: z.array(z.record(z.string(), z.unknown())), fires: z.boolean() }));

function ask(wanted: readonly LogQuery[]) {
  const { status, stdout, stderr } = spawnSync(PYTHON, [join(ROOT, 'test/support/query-logs.py')], {
    input: JSON.stringify({ separators: SEPARATORS, queries: wanted }),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return Answers.parse(JSON.parse(stdout));
}

/** Lines as a function writes them to its log. */
async function linesOf(write: (logger: Logger) => void | Promise<void>): Promise<readonly string[]> {
  const lines: string[] = [];
  await write(createConsoleLogger('info', (line) => lines.push(line)));
  return lines;
}

/** The lines of a vend function to which this happened; ten requests, unless more are said. */
async function vendLines(prepare: (app: Vend) => void, requests = 10, sent = {}): Promise<readonly string[]> {
  const app = startVend();
  prepare(app);
  for (let request = 0; request < requests; request += 1) {
    await app.vend({}, sent);
    app.clock.advance(1000);
  }
  app.numbers.flush();
  return linesOf((logger) => {
    for (const { level, event, fields } of [...app.logger.lines, ...app.numbersLog.lines])
      logger.log(level, event, fields);
  });
}

const onVend = (count: (numbers: ReturnType<typeof createVendNumbers>) => void) =>
  linesOf((logger) => {
    const numbers = createVendNumbers({ stopwatch: () => 0, logger });
    count(numbers);
    numbers.flush();
  });

const onLogin = (count: (numbers: ReturnType<typeof createLoginNumbers>) => void) =>
  linesOf((logger) => {
    const numbers = createLoginNumbers({ stopwatch: () => 0, logger });
    count(numbers);
    numbers.flush();
  });

const times = (count: number, act: () => void): void => {
  for (let done = 0; done < count; done += 1) act();
};

const cause = 'of-the-test';
const key = { provider: 'demo', thumbprint: 'abc', kid: '1', alg: 'RS256' };

/** What makes each alert fire. */
const INCIDENTS: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  'stint-failed-requests': () => vendLines((app) => (app.store.fault = { reason: 'store-failed', cause })),
  'stint-slow-requests': () => onVend((numbers) => times(20, () => numbers.requestEnded(200, 1500))),
  'stint-sts-quota': () =>
    onVend((numbers) => {
      times(4201, () => numbers.count('assumeRoleCalls'));
      numbers.requestEnded(200, 1);
    }),
  'stint-sts-throttled': () => vendLines((app) => (app.assumer.fault = { kind: 'throttled', cause }), 1),
  'stint-sts-unavailable': () => vendLines((app) => (app.assumer.fault = { kind: 'unavailable', cause })),
  'stint-store-unavailable': () =>
    vendLines((app) => (app.auditLog.recordFault = { reason: 'store-failed', cause })),
  'stint-keys-unavailable': () =>
    vendLines((app) => (app.keys.fault = { reason: 'keys-unreachable', cause })),
  'stint-role-misconfigured': () => vendLines((app) => (app.assumer.fault = { kind: 'refused', cause }), 1),
  'stint-tokens-refused': async () =>
    (await vendLines(() => undefined, 10, { token: null })).flatMap((line) => Array(110).fill(line)),
  'stint-issuer-key': () => linesOf((logger) => logger.log('warn', 'issuer-key-new', key)),
  'stint-hub-failed': () =>
    linesOf((logger) => logger.log('error', 'hub-unavailable', { hubRoleArn: 'x', cause })),
  'stint-fault-lines': () => linesOf((logger) => logger.log('error', 'counter-failed', { cause })),
  'stint-bug': () => vendLines((app) => (app.assumer.bug = new Error(cause)), 1),
  'stint-login-bug': () => linesOf((logger) => logger.log('error', 'bug', { name: 'TypeError', at: '' })),
  'stint-login-failed': () => onLogin((numbers) => times(10, () => numbers.requestEnded(503, 1))),
  'stint-sign-ins-refused': () =>
    onLogin((numbers) => {
      times(20, () => numbers.count('refusedSignOns'));
      numbers.requestEnded(200, 1);
    }),
  'stint-sweep-failed': () => linesOf((logger) => logger.log('error', 'sweep-failed', { cause })),
  'stint-finding': () =>
    linesOf((logger) =>
      logger.log('warn', 'finding', { name: 'role-missing', severity: 'error', subject: 'x' }),
    ),
  'stint-sweep-silent': async () => [],
};

const calm: Record<string, readonly string[]> = {};
beforeAll(async () => {
  calm['vend'] = await vendLines(() => undefined);
  calm['login'] = await onLogin((numbers) => {
    times(20, () => numbers.count('signOns'));
    times(20, () => numbers.requestEnded(200, 30));
  });
  calm['sweep'] = await linesOf((logger) => {
    logger.log('info', 'sweep-rows', { name: 'once', read: 5, deleted: 3, unreadable: 0 });
    logger.log('info', 'sweep-ended', { done: 1 });
  });
});

describe('every query', () => {
  const FIELD = /'\$\.(\w+)'/g;
  const EVENTS = Object.entries(LOG_LINES);

  it.each(queries)(
    'names lines that its function writes, and fields that they have: $query',
    ({ query, store }) => {
      const named = EVENTS.filter(([event]) => query.includes(`'${event}'`));
      for (const [, { by }] of named) expect(by).toContain(store);
      const lines = named.length > 0 ? named : EVENTS;
      for (const [, field = ''] of query.matchAll(FIELD)) {
        if (field === 'event' || field === 'level') continue;
        for (const [event, { fields }] of lines) expect(Object.keys(fields), event).toContain(field);
      }
      expect(query.match(FIELD)?.length).toBeGreaterThan(0);
    },
  );

  it('is of the project and region that are set up', () => {
    for (const { query } of alerts)
      expect(query).toMatchObject({ project: 'my-logs', region: 'cn-shanghai' });
    expect(JSON.stringify(monitors)).not.toContain('${');
  });
});

describe('docs/operations.md', () => {
  it('has a row for every alert, to which its description leads, and for no other', () => {
    const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
    const listed = columnOf(page, 'alarm').flatMap(inlineCodeOf);
    expect([...listed].sort()).toEqual(alerts.map(({ name }) => name).sort());
    for (const { name, description } of alerts) {
      expect(description).toContain(`docs/operations.md, ${name}`);
    }
  });
});

describe.skipIf(!hasPython && !process.env['CI'])('on lines that the functions write', () => {
  it('every alert fires when its incident happens, and no alert fires on a calm day', async () => {
    expect(Object.keys(INCIDENTS).sort()).toEqual(alerts.map(({ name }) => name).sort());
    const wanted: LogQuery[] = [];
    for (const { name, query, condition } of alerts) {
      wanted.push({ query: query.query, lines: (await INCIDENTS[name]?.()) ?? [], condition });
      wanted.push({ query: query.query, lines: calm[query.store] ?? [], condition });
    }
    const answers = ask(wanted);
    const fired = alerts.map(({ name }, at) => [name, answers[2 * at]?.fires, answers[2 * at + 1]?.fires]);
    expect(fired).toEqual(alerts.map(({ name }) => [name, true, false]));
  });

  it('every chart has rows, with the columns of its axes', async () => {
    const refused = await vendLines((app) => (app.store.fault = { reason: 'store-failed', cause }), 1);
    const wanted = charts.map(({ search: { query, logstore } }) => ({
      query,
      lines: [...(calm[logstore] ?? []), ...refused],
      condition: null,
    }));
    for (const [at, { rows }] of ask(wanted).entries()) {
      const { title, display } = charts[at] ?? { title: '', display: { xAxis: [], yAxis: [] } };
      expect(rows.length, title).toBeGreaterThan(0);
      for (const column of [...display.xAxis, ...display.yAxis])
        expect(rows[0]?.[column], title).not.toBeNull();
    }
  });
});

describe('a definition', () => {
  it('is as desired where the service added members, and is not where a value differs', () => {
    const desired = { a: [{ b: 1 }], c: 'x' };
    expect(holdsAll({ a: [{ b: 1, added: 2 }], c: 'x', createTime: 5 }, desired)).toBe(true);
    expect(holdsAll({ a: [{ b: 2 }], c: 'x' }, desired)).toBe(false);
    expect(holdsAll({ a: [{ b: 1 }, { b: 1 }], c: 'x' }, desired)).toBe(false);
    expect(holdsAll({ c: 'x' }, desired)).toBe(false);
  });
});
