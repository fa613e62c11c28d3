// The table "client × mode" of docs/tested-clients.md, made of what tests saw. A cell says that a client works only with the
// answer of the cloud to that client's own keys.

export const MODES = {
  oidc: 'OIDC',
  uri: 'URI',
  external: 'External',
  cloudsso: 'CloudSSO',
  metadata: 'ECS metadata',
  container: 'AWS container',
  phone: 'OSS authorization server',
  exchange: 'token exchange',
} as const;
export type Mode = keyof typeof MODES;

export interface ClientVersion {
  readonly client: string;
  /** As it is installed, told by the client itself. */
  readonly version: string;
}

/** What GetCallerIdentity of the local cloud answered to a request that was signed with the keys of the client. */
interface Used {
  readonly arn: string;
  readonly accessKeyId: string;
  /** What works in another way than in other clients; asserted by the test. */
  readonly limit?: string;
}

/** What the client said when it was told to use a mode that it does not know. */
interface Lacking {
  readonly error: string;
}

const ASSUMED_ROLE = /^acs:ram::\d{16}:assumed-role\/[^/]+\/[^/]+$/;
const NOT_TRIED = '–';

/** The cells of one run. `issued` knows the keys that Stint gave in it. */
export function createCells(issued: (accessKeyId: string) => boolean) {
  const rows = new Map<string, Map<Mode, string>>();
  const put = ({ client, version }: ClientVersion, mode: Mode, text: string): void => {
    const name = `${client} ${version}`;
    rows.set(name, (rows.get(name) ?? new Map()).set(mode, text));
  };
  return {
    /** Throws unless the cloud knew the client as a role that Stint gave it the keys of, or the client refused the mode. */
    record(client: ClientVersion, mode: Mode, seen: Used | Lacking): void {
      if ('error' in seen) {
        if (!seen.error.includes(MODES[mode])) throw new Error(`not refused for its mode: ${seen.error}`);
        put(client, mode, 'the client lacks it');
        return;
      }
      if (!ASSUMED_ROLE.test(seen.arn)) throw new Error(`the cloud knows the client as ${seen.arn}`);
      if (!issued(seen.accessKeyId)) throw new Error(`${seen.accessKeyId} is not a key that Stint gave`);
      put(client, mode, seen.limit === undefined ? 'works' : `works; ${seen.limit}`);
    },
    render(): string {
      const modes = Object.keys(MODES) as readonly Mode[];
      const lines = [...rows].map(([name, cells]) => [
        name,
        ...modes.map((mode) => cells.get(mode) ?? NOT_TRIED),
      ]);
      return renderTable(['client', ...Object.values(MODES)], lines);
    },
  };
}

const rowOf = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;

export const renderTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map(rowOf).join('');
