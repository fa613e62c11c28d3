// The dashboard and the alert rules that setup installs, as Log Service takes them: log-dashboard.json and log-alerts.json, with the
// project and the region in place of their placeholders.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

interface MonitorOf<Kind extends string> {
  readonly kind: Kind;
  readonly name: string;
  readonly project: string;
  /** As the service takes it, without its name. */
  readonly definition: Readonly<Record<string, unknown>>;
}

export type Monitor = MonitorOf<'log-dashboard'> | MonitorOf<'log-alert'>;

const Dashboard = z.looseObject({ dashboardName: z.string() });
const Alerts = z.array(z.looseObject({ name: z.string() }));

const PLACEHOLDER = /\$\{(project|region)\}/g;

const FOLDER = 'clients/cli/setup';

function readFilled(path: string, values: Readonly<Record<string, string>>): unknown {
  return JSON.parse(readFileSync(path, 'utf8'), (_, value: unknown) =>
    typeof value === 'string'
      ? value.replace(PLACEHOLDER, (_whole, name: string) => values[name] ?? '')
      : value,
  );
}

/** `repository`: the folder of the clone. */
export function readMonitors(repository: string, project: string, region: string): readonly Monitor[] {
  const values = { project, region };
  const read = (file: string): unknown => readFilled(join(repository, FOLDER, file), values);
  const { dashboardName, ...dashboard } = Dashboard.parse(read('log-dashboard.json'));
  const alerts = Alerts.parse(read('log-alerts.json'));
  return [
    { kind: 'log-dashboard', name: dashboardName, project, definition: dashboard },
    ...alerts.map(({ name, ...definition }): Monitor => ({ kind: 'log-alert', name, project, definition })),
  ];
}

/** Whether all that is desired is there. The service adds members of its own, such as the time of a change. */
export function holdsAll(found: unknown, desired: unknown): boolean {
  if (typeof desired !== 'object' || desired === null) return found === desired;
  if (typeof found !== 'object' || found === null) return false;
  if (Array.isArray(desired))
    return (
      Array.isArray(found) &&
      found.length === desired.length &&
      desired.every((one, at) => holdsAll(found[at], one))
    );
  return Object.entries(desired).every(([name, value]) => holdsAll(Reflect.get(found, name), value));
}
