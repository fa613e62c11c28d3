// Stint's login as an authorization server, to the public client `stint-cli`. In this folder openid-client does the
// protocol's checks, and the strict ones are chosen; nothing outside it knows the library.
import * as openid from 'openid-client';
import { fetchWithin } from '../../../../shared/adapters/http/fetch-within.ts';
import { isLoopbackHost } from '../../../../shared/kernel/endpoint-url.ts';
import { ok, type Result } from '../../../../shared/kernel/result.ts';
import { type CommandFault, serviceFailed } from '../../base/command-fault.ts';
import type { StintDeployment } from '../../base/deployment.ts';
import { explainOauthError } from './explain-oauth-error.ts';

const CLIENT_ID = 'stint-cli';
/** A person waits. openid-client takes seconds. */
const DEADLINE_SECONDS = 15;
/** Metadata and tokens have a few thousand. */
const MAX_ANSWER_BYTES = 262_144;

const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'device_authorization_endpoint',
] as const;

export interface AuthorizationServer {
  readonly deployment: StintDeployment;
  readonly configuration: openid.Configuration;
}

/** Secrets go to where the person pointed, and nowhere that its metadata points. */
function strayEndpoint(configuration: openid.Configuration, { origin }: URL): string | undefined {
  const metadata = configuration.serverMetadata();
  return ENDPOINTS.find((name) => {
    const endpoint = metadata[name];
    return endpoint !== undefined && !(URL.canParse(endpoint) && new URL(endpoint).origin === origin);
  });
}

function isForCommandLines(configuration: openid.Configuration): boolean {
  const { authorization_endpoint, token_endpoint, revocation_endpoint } = configuration.serverMetadata();
  return [authorization_endpoint, token_endpoint, revocation_endpoint].every((name) => name !== undefined);
}

/** openid-client sends forms and nothing else. */
const textOf = (body: openid.FetchBody): string | null =>
  typeof body === 'string' || body instanceof URLSearchParams ? String(body) : null;

const fetchForOpenid =
  (deadlineSeconds: number): openid.CustomFetch =>
  (url, { body, ...request }) =>
    fetchWithin(
      url,
      { ...request, body: textOf(body) },
      { deadlineMs: deadlineSeconds * 1000, maxBytes: MAX_ANSWER_BYTES },
    );

/** `deadlineSeconds`: of each request; for tests, which must not wait. */
export async function discoverServer(
  deployment: StintDeployment,
  deadlineSeconds = DEADLINE_SECONDS,
): Promise<Result<AuthorizationServer, CommandFault>> {
  const { url, issuer } = deployment;
  const server = new URL(issuer);
  const isLocal = server.protocol === 'http:' && isLoopbackHost(server.hostname);
  try {
    const configuration = await openid.discovery(server, CLIENT_ID, {}, openid.None(), {
      [openid.customFetch]: fetchForOpenid(deadlineSeconds),
      timeout: deadlineSeconds,
      execute: isLocal ? [openid.allowInsecureRequests] : [],
    });
    if (!isForCommandLines(configuration))
      return serviceFailed(`${url} signs no command lines in: ask its operator for a newer Stint`);
    const stray = strayEndpoint(configuration, server);
    if (stray !== undefined) return serviceFailed(`${url} names a ${stray} elsewhere: ask its operator`);
    return ok({ deployment, configuration });
  } catch (error) {
    return explainOauthError(error, url);
  }
}
