// An agent in the process of a test, and raw requests to it, with headers that fetch would not send.
import { request } from 'node:http';
import { onTestFinished } from 'vitest';
import {
  containerWire,
  healthWire,
  type KeptRoles,
  ossWire,
  uriWire,
} from '../../clients/cli/agent/credential-wires.ts';
import { keepRole, type Renewal, type TakeRole } from '../../clients/cli/agent/keep-role.ts';
import { type AgentWire, serveWires } from '../../clients/cli/agent/serve-wires.ts';
import { ok } from '../../shared/kernel/result.ts';
import { Secret } from '../../shared/kernel/secret.ts';

export const AGENT_SECRET = 'canary-path-secret-of-the-agent-0123456789';
const SELF = process.getuid?.() ?? 0;

export const vended = (seconds = 3600, number = 1) => ({
  accessKeyId: `STS.agent-${number}`,
  accessKeySecret: `canary-secret-${number}`,
  securityToken: `canary+token/${number}=`,
  expiration: new Date(Date.now() + seconds * 1000).toISOString(),
});

export interface TestAgent {
  readonly port: number;
  readonly url: string;
  readonly roles: KeptRoles;
  readonly renewals: Renewal[];
}

interface TestAgentOptions {
  readonly roles?: readonly string[];
  readonly take?: TakeRole;
  readonly users?: readonly number[];
  readonly more?: (roles: KeptRoles) => readonly AgentWire[];
}

export async function startAgent({
  roles: names = ['media-uploader'],
  take = async () => ok(vended()),
  users = [SELF],
  more = () => [],
}: TestAgentOptions = {}): Promise<TestAgent> {
  const renewals: Renewal[] = [];
  const options = { take, onRenewal: (renewal: Renewal) => void renewals.push(renewal) };
  const roles: KeptRoles = new Map(names.map((name) => [name, keepRole(name, options)]));
  const secret = new Secret(AGENT_SECRET);
  const { port, close } = await serveWires({
    wires: [
      ossWire(roles, secret),
      uriWire(roles, secret),
      containerWire(roles, secret),
      healthWire(roles),
      ...more(roles),
    ],
    address: '127.0.0.1',
    port: 0,
    users: new Set(users),
  });
  onTestFinished(async () => {
    for (const role of roles.values()) role.stop();
    await close();
  });
  return { port, url: `http://127.0.0.1:${port}`, roles, renewals };
}

export interface RawRequest {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

export function askAgent(
  port: number,
  { path = `/${AGENT_SECRET}/media-uploader`, method = 'GET', headers = {} }: RawRequest = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        body += piece;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    asked.once('error', reject).end();
  });
}
