// The part of ECS's metadata service that gives the credentials of a machine's role. Programs that know nothing else ask it at
// 100.100.100.200. They know no secret: a token, which only PUT gives, shows that a request is no page's and no forwarded one.
// https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type KeptRoles, METADATA_SHAPES, replyWith, roleIn, wrongMethod } from './credential-wires.ts';
import type { AgentWire, WireReply } from './serve-wires.ts';

/** The address of the service on ECS, which the SDKs do not let their callers change. */
export const METADATA_ADDRESS = '100.100.100.200';

const TOKEN_PATH = '/latest/api/token';
/** ossutil and others write Ram. */
const CREDENTIALS_PATH = /^\/latest\/meta-data\/[Rr]am\/security-credentials(?:\/|$)/;
const TTL_HEADER = 'x-aliyun-ecs-metadata-token-ttl-seconds';
const TOKEN_HEADER = 'x-aliyun-ecs-metadata-token';
const TTL = /^[1-9][0-9]{0,4}$/;
const LONGEST_TTL_SECONDS = 21_600;
const KEY_BYTES = 32;

const plain = (status: number, body: string): WireReply => ({ status, body, type: 'text/plain' });
const NO_SUCH_ROLE = plain(404, 'not found\n');
const NO_TTL = plain(400, `${TTL_HEADER} must be 1 to ${LONGEST_TTL_SECONDS}\n`);
const NO_TOKEN = plain(403, `${TOKEN_HEADER} is missing, wrong or has expired\n`);

/** Tokens that carry their end and are signed for this process: no list of them can be filled. */
interface SessionTokens {
  issue(ttlSeconds: number): string;
  accepts(token: string): boolean;
}

function createSessionTokens(): SessionTokens {
  const key = randomBytes(KEY_BYTES);
  const sign = (end: string): Buffer => createHmac('sha256', key).update(end).digest();
  return {
    issue(ttlSeconds) {
      const end = String(Date.now() + ttlSeconds * 1000);
      return `${end}.${sign(end).toString('base64url')}`;
    },
    accepts(token) {
      const [end = '', signature = ''] = token.split('.');
      const [given, expected] = [Buffer.from(signature, 'base64url'), sign(end)];
      return given.length === expected.length && timingSafeEqual(given, expected) && Number(end) > Date.now();
    },
  };
}

/** `allowV1`: also without a token, as the service itself lets programs ask by default. */
export function metadataWire(roles: KeptRoles, allowV1: boolean): AgentWire {
  const tokens = createSessionTokens();
  const reply = replyWith(METADATA_SHAPES);
  const issueToken = (method: string, ttl: unknown): WireReply => {
    if (method !== 'PUT') return wrongMethod('PUT');
    const isTtl = typeof ttl === 'string' && TTL.test(ttl) && Number(ttl) <= LONGEST_TTL_SECONDS;
    return isTtl ? plain(200, tokens.issue(Number(ttl))) : NO_TTL;
  };
  const mayAsk = (token: unknown): boolean =>
    token === undefined ? allowV1 : typeof token === 'string' && tokens.accepts(token);
  return ({ method, path, headers }) => {
    if (path === TOKEN_PATH) return issueToken(method, headers[TTL_HEADER]);
    if (!CREDENTIALS_PATH.test(path)) return undefined;
    if (method !== 'GET') return wrongMethod('GET');
    if (!mayAsk(headers[TOKEN_HEADER])) return NO_TOKEN;
    const name = path.replace(CREDENTIALS_PATH, '');
    // A machine has one role: programs take the whole answer for its name.
    if (name === '') return plain(200, encodeURIComponent([...roles.keys()][0] ?? ''));
    const role = roleIn(roles, name);
    return role === undefined ? NO_SUCH_ROLE : reply(role);
  };
}
