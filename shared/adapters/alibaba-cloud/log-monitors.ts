// Dashboards and alert rules of Log Service, over its SDK.
import { ok, type Result } from '../../kernel/result.ts';
import type { CloudAction, CloudFault } from './cloud-fault.ts';
import { openLogServiceSdk } from './log-service-sdk.ts';
import { type AccountPlace, change, look, type ManagementOptions, nothing } from './manage-account.ts';

/** A dashboard or an alert rule: its members as the API takes them, without its name. */
export type Definition = Readonly<Record<string, unknown>>;

interface MonitorPlace {
  readonly project: string;
  readonly name: string;
}

interface Monitors {
  find(place: MonitorPlace): Promise<Result<Definition | undefined, CloudFault>>;
  create(place: MonitorPlace, definition: Definition): Promise<Result<void, CloudFault>>;
  change(place: MonitorPlace, definition: Definition): Promise<Result<void, CloudFault>>;
}

export interface LogMonitors {
  readonly dashboards: Monitors;
  readonly alerts: Monitors;
}

/** Members that are undefined are those that the service did not send. */
const definitionOf = (model: object | undefined): Definition | undefined =>
  model && JSON.parse(JSON.stringify(model));

/** Loads the SDK with the first call. */
export function openLogMonitors(
  options: ManagementOptions,
  { accountId, region }: AccountPlace,
): LogMonitors {
  const load = openLogServiceSdk(options);
  const on = (action: string, kind: 'dashboard' | 'job', { project, name }: MonitorPlace): CloudAction => ({
    action: `log:${action}`,
    resource: `acs:log:${region}:${accountId}:project/${project}/${kind}/${name}`,
  });
  return {
    dashboards: {
      async find(place) {
        const { client } = await load();
        const found = await look(on('GetDashboard', 'dashboard', place), () =>
          client.getDashboard(place.project, place.name),
        );
        return found.ok ? ok(definitionOf(found.value?.body)) : found;
      },
      async create(place, definition) {
        const { sdk, client } = await load();
        const body = new sdk.Dashboard({ ...definition, dashboardName: place.name });
        return nothing(
          await change(on('CreateDashboard', 'dashboard', place), () =>
            client.createDashboard(place.project, new sdk.CreateDashboardRequest({ body })),
          ),
        );
      },
      async change(place, definition) {
        const { sdk, client } = await load();
        const request = new sdk.UpdateDashboardRequest({ ...definition, dashboardName: place.name });
        return nothing(
          await change(on('UpdateDashboard', 'dashboard', place), () =>
            client.updateDashboard(place.project, place.name, request),
          ),
        );
      },
    },
    // RAM knows alert rules as jobs.
    alerts: {
      async find(place) {
        const { client } = await load();
        const found = await look(on('GetJob', 'job', place), () =>
          client.getAlert(place.project, place.name),
        );
        return found.ok ? ok(definitionOf(found.value?.body)) : found;
      },
      async create(place, definition) {
        const { sdk, client } = await load();
        const request = new sdk.CreateAlertRequest({ ...definition, name: place.name });
        return nothing(
          await change(on('CreateJob', 'job', place), () => client.createAlert(place.project, request)),
        );
      },
      async change(place, definition) {
        const { sdk, client } = await load();
        const request = new sdk.UpdateAlertRequest({ ...definition });
        return nothing(
          await change(on('UpdateJob', 'job', place), () =>
            client.updateAlert(place.project, place.name, request),
          ),
        );
      },
    },
  };
}
