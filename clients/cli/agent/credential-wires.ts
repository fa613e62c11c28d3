// What the agent answers to programs that can be told a URL: the URI protocol of Alibaba Cloud's credentials libraries, the
// authorization server of the OSS SDKs for phones, the container protocol of AWS, and whether the agent is well. The libraries and
// the OSS SDKs send no header, so their secret is in the path.
//
// https://www.alibabacloud.com/help/en/sdk/developer-reference/v2-manage-node-js-access-credentials (credentials URI)
// https://www.alibabacloud.com/help/en/oss/developer-reference/authorize-access-1 (OSSAuthCredentialsProvider of Android)
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../../shared/kernel/secret.ts';
import { formatWholeSeconds } from '../../../shared/kernel/whole-seconds.ts';
import { type CommandFault, EXIT } from '../base/command-fault.ts';
import type { KeptCredentials, KeptRole } from './keep-role.ts';
import type { AgentWire, WireReply } from './serve-wires.ts';

/** By name, in the order in which they were named at the start. */
export type KeptRoles = ReadonlyMap<string, KeptRole>;

type Members = Readonly<Record<string, string | number>>;
type ShowCredentials = (kept: KeptCredentials) => Members;
type ShowFault = (status: number, message: string) => Members;

interface Shapes {
  readonly credentials: ShowCredentials;
  readonly fault: ShowFault;
  /** True: failures have status 200 in HTTP, and their own in the body alone. */
  readonly failsInBody?: true;
}

/** To a program that knows the secret. */
const NOT_SERVED = 'this agent does not serve this role: start it with the name that the address ends with';

export const METADATA_SHAPES: Shapes = {
  credentials: ({ accessKeyId, accessKeySecret, securityToken, takenAt, expiresAt }) => ({
    Code: 'Success',
    LastUpdated: formatWholeSeconds(takenAt),
    AccessKeyId: accessKeyId,
    AccessKeySecret: accessKeySecret.reveal(),
    SecurityToken: securityToken.reveal(),
    Expiration: formatWholeSeconds(expiresAt),
  }),
  fault: (status, message) => ({
    Code: status === 403 ? 'Forbidden' : 'ServiceUnavailable',
    Message: message,
  }),
};

const OSS_FAULTS: ReadonlyMap<number, string> = new Map([
  [403, 'Forbidden'],
  [404, 'NotFound'],
]);

/**
 * As OSSAuthCredentialsProvider (Android) and OSSAuthCredentialProvider (iOS) read it. With any other status of HTTP, Android
 * reads no body and puts the whole URL, with the secret, into its exception.
 */
const OSS_SHAPES: Shapes = {
  credentials: ({ accessKeyId, accessKeySecret, securityToken, expiresAt }) => ({
    StatusCode: 200,
    AccessKeyId: accessKeyId,
    AccessKeySecret: accessKeySecret.reveal(),
    SecurityToken: securityToken.reveal(),
    Expiration: formatWholeSeconds(expiresAt),
  }),
  fault: (status, message) => ({
    StatusCode: status,
    ErrorCode: OSS_FAULTS.get(status) ?? 'ServiceUnavailable',
    ErrorMessage: message,
  }),
  failsInBody: true,
};

const CONTAINER_SHAPES: Shapes = {
  credentials: ({ accessKeyId, accessKeySecret, securityToken, expiresAt }) => ({
    AccessKeyId: accessKeyId,
    SecretAccessKey: accessKeySecret.reveal(),
    Token: securityToken.reveal(),
    Expiration: formatWholeSeconds(expiresAt),
  }),
  fault: (status, message) => ({ code: status === 403 ? 'Forbidden' : 'ServiceUnavailable', message }),
};

const json = (status: number, value: unknown): WireReply => ({
  status,
  body: JSON.stringify(value),
  type: 'application/json',
});

export const wrongMethod = (allow: string): WireReply => ({
  status: 405,
  body: 'method not allowed\n',
  type: 'text/plain',
  headers: { allow },
});

/** Gives the role's credentials in these shapes. The same credentials are written once, not for each request. */
export function replyWith(shapes: Shapes): (role: KeptRole) => Promise<WireReply> {
  const written = new WeakMap<KeptCredentials, WireReply>();
  const write = (kept: KeptCredentials): WireReply => {
    const reply = { ...json(200, shapes.credentials(kept)) };
    const stored = { ...reply, body: Buffer.from(reply.body) };
    written.set(kept, stored);
    return stored;
  };
  const fail = ({ exitCode, message }: CommandFault): WireReply => {
    const status = exitCode === EXIT.refused ? 403 : 503;
    return json(shapes.failsInBody ? 200 : status, shapes.fault(status, message));
  };
  return async (role) => {
    const kept = await role.get();
    return kept.ok ? (written.get(kept.value) ?? write(kept.value)) : fail(kept.error);
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Takes the same time for every wrong text. */
function isSecret(secret: Secret<string>): (text: string) => boolean {
  const expected = digest(secret.reveal());
  return (text) => timingSafeEqual(digest(text), expected);
}

/** The role that a path names, percent-encoded: a RoleArn has a slash. */
export function roleIn(roles: KeptRoles, text: string): KeptRole | undefined {
  try {
    return roles.get(decodeURIComponent(text));
  } catch {
    return undefined; // no percent-encoding
  }
}

/** GET /<secret>/<role>. */
export function uriWire(roles: KeptRoles, secret: Secret<string>): AgentWire {
  const reply = replyWith(METADATA_SHAPES);
  const isRight = isSecret(secret);
  return ({ method, path }) => {
    const [, given = '', name = '', ...more] = path.split('/');
    if (!isRight(given)) return undefined;
    const role = more.length === 0 ? roleIn(roles, name) : undefined;
    if (role === undefined) return json(404, { Code: 'NotFound', Message: NOT_SERVED });
    return method === 'GET' ? reply(role) : wrongMethod('GET');
  };
}

/** The path of OSS's authorization server for phones; a role of this name has a path of its own, with one part less. */
const OSS_PATH = 'oss';
const NO_SUCH_ROLE = json(200, OSS_SHAPES.fault(404, NOT_SERVED));

/** GET /<secret>/oss/<role>. */
export function ossWire(roles: KeptRoles, secret: Secret<string>): AgentWire {
  const reply = replyWith(OSS_SHAPES);
  const isRight = isSecret(secret);
  return ({ method, path }) => {
    const [, given = '', wire, name, ...more] = path.split('/');
    if (wire !== OSS_PATH || name === undefined || more.length > 0 || !isRight(given)) return undefined;
    if (method !== 'GET') return wrongMethod('GET');
    const role = roleIn(roles, name);
    return role === undefined ? NO_SUCH_ROLE : reply(role);
  };
}

const CONTAINER_PATH = '/aws/';

/** GET /aws/<role>, with the secret as the whole Authorization header: AWS_CONTAINER_AUTHORIZATION_TOKEN[_FILE]. */
export function containerWire(roles: KeptRoles, secret: Secret<string>): AgentWire {
  const reply = replyWith(CONTAINER_SHAPES);
  const isRight = isSecret(secret);
  return ({ method, path, headers }) => {
    if (!path.startsWith(CONTAINER_PATH)) return undefined;
    if (!isRight(headers.authorization ?? ''))
      return json(401, { code: 'Unauthorized', message: 'the authorization token is wrong' });
    const role = roleIn(roles, path.slice(CONTAINER_PATH.length));
    if (role === undefined) return json(404, { code: 'NotFound', message: NOT_SERVED });
    return method === 'GET' ? reply(role) : wrongMethod('GET');
  };
}

/** GET /healthz: the process is up. GET /readyz: every role is ready, so that a pod without work stays ready. */
export function healthWire(roles: KeptRoles): AgentWire {
  const isReady = (): boolean => [...roles.values()].every((role) => role.isReady());
  return ({ method, path }) => {
    if (path !== '/healthz' && path !== '/readyz') return undefined;
    if (method !== 'GET') return wrongMethod('GET');
    const isWell = path === '/healthz' || isReady();
    return { status: isWell ? 200 : 503, body: isWell ? 'ok\n' : 'not ready\n', type: 'text/plain' };
  };
}
