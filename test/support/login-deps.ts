// The dependencies of login over ports in memory. What it keeps is kept by the real stores, on rows in memory.
import { readSamlKeys } from '../../functions/login/keys/saml-key-set.ts';
import type { LoginDeps } from '../../functions/login/request/deps.ts';
import { createSamlMetadata } from '../../functions/login/sign-on-saml/metadata/follow-metadata.ts';
import { createObserveKeys } from '../../shared/adapters/issuer-keys/observe-keys.ts';
import { createScimTokenStore } from '../../shared/adapters/tablestore/scim-token-rows.ts';
import { createActivityStore } from '../../shared/adapters/tablestore/tablestore-activity-store.ts';
import { createDeviceStore } from '../../shared/adapters/tablestore/tablestore-device-store.ts';
import { createDirectoryStore } from '../../shared/adapters/tablestore/tablestore-directory-store.ts';
import { createKeyHistory } from '../../shared/adapters/tablestore/tablestore-issuer-keys.ts';
import { createLeaverStore } from '../../shared/adapters/tablestore/tablestore-leaver-store.ts';
import { createMetadataStore } from '../../shared/adapters/tablestore/tablestore-metadata-store.ts';
import { createPasskeyStore } from '../../shared/adapters/tablestore/tablestore-passkey-store.ts';
import { createRecheckStore } from '../../shared/adapters/tablestore/tablestore-recheck-store.ts';
import { createSessionStore } from '../../shared/adapters/tablestore/tablestore-session-store.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import { createLoginNumbers } from '../../shared/kernel/numbers.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import type { ConsoleDestination, ConsoleKeys, ConsoleSignIn } from '../../shared/people/console-port.ts';
import type { FetchDocument } from '../../shared/people/idp-port.ts';
import type { FakeRows } from './fake-rows.ts';
import { FakeLogger } from './fakes.ts';

export const CONSOLE_LINK = 'https://signin.aliyun.com/federation?Action=Login&SigninToken=single-use';

const PUBLIC_URL = 'https://vend.example.com';

interface MetadataParts {
  readonly clock: Clock;
  readonly logger: FakeLogger;
  readonly fetch: FetchDocument;
}

const noDocument: FetchDocument = async () => err('unreachable');

const asset = (name: string, type: string) => ({
  path: `/portal/assets/${name}`,
  type,
  body: `/* ${name} */`,
});
export const COMMAND_LINE = { bytes: Uint8Array.of(31, 139, 8, 0), etag: '"v1"' };
export const ASSETS = {
  stylesheet: asset('portal-1.css', 'text/css'),
  script: asset('portal-1.js', 'text/javascript'),
  icon: asset('icon-1.svg', 'image/svg+xml'),
};

export class FakeConsole implements ConsoleSignIn {
  fault: 'console-refused' | 'console-unreachable' | undefined;
  readonly asked: ConsoleKeys[] = [];
  readonly destinations: (ConsoleDestination | undefined)[] = [];

  async link(
    keys: ConsoleKeys,
    destination: ConsoleDestination | undefined,
  ): Promise<Result<Secret<string>, 'console-refused' | 'console-unreachable'>> {
    this.asked.push(keys);
    this.destinations.push(destination);
    return this.fault ? err(this.fault) : ok(new Secret(CONSOLE_LINK));
  }
}

/** Nothing is fetched, unless a test says how. */
export function samlMetadataOn(
  rows: FakeRows,
  {
    clock = { now: () => new Date() },
    logger = new FakeLogger(),
    fetch = noDocument,
  }: Partial<MetadataParts> = {},
) {
  const history = createKeyHistory(rows);
  const observe = createObserveKeys(history, logger);
  const store = createMetadataStore(rows);
  return createSamlMetadata({
    clock,
    logger,
    publicUrl: PUBLIC_URL,
    store,
    fetch,
    decisions: history.decisions,
    observe,
  });
}

/** What is the same in every test that does not bring its own. */
const usualDeps = (rows: FakeRows) =>
  ({
    cloudSsoUrl: undefined,
    clientIpHeader: undefined,
    requestIdHeader: undefined,
    readKeys: async () => ok(undefined),
    samlKeys: readSamlKeys([]),
    samlMetadata: samlMetadataOn(rows),
    sessions: createSessionStore(rows),
    passkeys: createPasskeyStore(rows),
    rechecks: createRecheckStore(rows),
    leavers: createLeaverStore(rows),
    devices: createDeviceStore(rows),
    directories: createDirectoryStore(rows),
    scimTokens: createScimTokenStore(rows),
    activities: createActivityStore(rows),
    console: new FakeConsole(),
    consoleUrl: 'https://homenew.console.aliyun.com/',
    consoleTargets: [],
    region: 'cn-hangzhou',
    assets: ASSETS,
    commandLine: () => COMMAND_LINE,
    tracer: () => undefined,
    numbers: createLoginNumbers({ stopwatch: () => 0, logger: new FakeLogger() }),
  }) satisfies Partial<LoginDeps>;

type OwnDeps = Omit<LoginDeps, keyof ReturnType<typeof usualDeps>>;

export const loginDeps = (rows: FakeRows, own: OwnDeps & Partial<LoginDeps>): LoginDeps => ({
  ...usualDeps(rows),
  ...own,
});
