// What pages are shown with when no service is behind them.

import type { PortalRole } from '../../functions/login/ui/model/role-list.ts';
import type { AskingDevice } from '../../functions/login/ui/pages/device-pages.tsx';
import type { ListedPasskey } from '../../functions/login/ui/pages/passkeys-page.tsx';
import type { ListedSession } from '../../functions/login/ui/pages/sessions-page.tsx';
import { RoleId } from '../../shared/kernel/names.ts';
import type { Activity } from '../../shared/people/activity.ts';

export const NOW = new Date('2026-11-22T09:30:00Z');

const ago = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);

const role = (name: string, parts: Partial<PortalRole>): PortalRole => ({
  role: RoleId.parse(name),
  roleArn: `acs:ram::${parts.account ?? '1234567890123456'}:role/${name}`,
  account: '1234567890123456',
  description: '',
  maxDurationSeconds: 3_600,
  needs: [],
  ...parts,
});

export const NEEDY = role('media-admin', {
  project: 'Media library',
  description: 'Change lifecycle rules and delete what is left over. For the on-call engineer only.',
  needs: ['mfa'],
});

export const ROLES: readonly PortalRole[] = [
  role('media-uploader', {
    project: 'Media library',
    description: 'Upload to the media bucket',
    maxDurationSeconds: 1_800,
  }),
  NEEDY,
  role('media-reader', {
    project: 'Media library',
    account: '5432109876543210',
    description: 'Read the media bucket of the staging account',
    maxDurationSeconds: 43_200,
  }),
  role('arms-reader', { project: 'Operations', description: 'Read monitoring data' }),
  role('database-owner', {
    project: 'Operations',
    description: 'Restore backups and change parameters of ApsaraDB RDS',
    maxDurationSeconds: 5_400,
    needs: ['network', 'time_window'],
  }),
  role('billing-viewer', { account: '5432109876543210', description: 'See invoices and budgets' }),
];

/** As many as a large company's engineers have. */
export const MANY_ROLES: readonly PortalRole[] = Array.from({ length: 200 }, (_, i) =>
  role(`service-${i}-operator`, {
    project: `Service ${Math.floor(i / 4)}`,
    description: 'Restart instances, read logs and metrics, and change the alarms of this service',
  }),
);

export const CREDENTIALS = {
  accessKeyId: 'STS.NUxampleExampleExample9',
  accessKeySecret: 'Ex4mpleEx4mpleEx4mpleEx4mpleEx4mpleEx4mp',
  securityToken: `CAIS${'ExAmPlE0+/'.repeat(70)}==`,
  expiration: '2026-11-22T10:00:00Z',
};

const session = (id: string, parts: Partial<ListedSession>): ListedSession => ({
  id,
  browser: 'Chrome on Linux',
  commandLine: undefined,
  isCurrent: false,
  startedAt: ago(90),
  lastSeenAt: ago(4),
  endsAt: ago(-390),
  ...parts,
});

export const SESSIONS: readonly ListedSession[] = [
  session('current', { isCurrent: true, lastSeenAt: NOW }),
  session('phone', { browser: 'Safari on iPhone', startedAt: ago(200) }),
  session('laptop', { commandLine: { device: 'alice-thinkpad' }, lastSeenAt: ago(20) }),
  session('odd', { browser: undefined, startedAt: ago(400), lastSeenAt: ago(300) }),
];

export const ASKING_DEVICE: AskingDevice = {
  code: 'BCDF-GHJK',
  cloudSsoClient: undefined,
  device: 'build-host-17.internal',
  address: '203.0.113.7',
  askedAt: ago(1),
  yourAddress: '198.51.100.3',
};

export const PASSKEYS: readonly ListedPasskey[] = [
  { id: 'laptop', name: 'Work laptop', addedAt: ago(90_000), usedAt: ago(12) },
  { id: 'spare', name: 'Security key in the safe at home', addedAt: ago(80_000), usedAt: undefined },
];

export const ACTIVITIES: readonly Activity[] = [
  { kind: 'console', subject: 'arms-reader', at: ago(2).toISOString() },
  { kind: 'credentials', subject: 'media-uploader', at: ago(35).toISOString() },
  { kind: 'refused', subject: 'media-admin', at: ago(41).toISOString() },
  { kind: 'session_ended', subject: '', at: ago(70).toISOString() },
  { kind: 'signed_in', subject: 'Example Corp', at: ago(90).toISOString() },
];
