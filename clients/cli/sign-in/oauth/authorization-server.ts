// Stint's login as an authorization server, to the public client `stint-cli`: discovery (RFC 8414), with checks that are
// stricter than the specification's. In this folder openid-client does the protocol; no other folder knows the library.
import { hostname } from 'node:os';
import * as openid from 'openid-client';
import { fetchWithin } from '../../../../shared/adapters/http/fetch-within.ts';
import { isLoopbackHost } from '../../../../shared/kernel/endpoint-url.ts';
import { ok, type Result } from '../../../../shared/kernel/result.ts';
import { showable } from '../../../../shared/kernel/showable.ts';
import { type CommandFault, serviceFailed } from '../../base/command-fault.ts';
import type { StintDeployment } from '../../base/deployment.ts';
import { explainOauthError } from './explain-oauth-error.ts';

const CLIENT_ID = 'stint-cli';
/** For each request: a person waits. */
const DEADLINE_SECONDS = 15;
/** Metadata and tokens have a few thousand bytes. */
const MAX_ANSWER_BYTES = 262_144;
/** As many as the server accepts. */
const MAX_DEVICE_NAME_CHARACTERS = 64;

const NEEDED_ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'revocation_endpoint'] as const;
const ENDPOINTS = [...NEEDED_ENDPOINTS, 'device_authorization_endpoint'] as const;

export interface AuthorizationServer {
  readonly deployment: StintDeployment;
  readonly configuration: openid.Configuration;
}

/**
 * Fails when the deployment does not answer, is no Stint, cannot sign command lines in, or names an endpoint at another
 * origin. `deadlineSeconds` holds for each request; tests make it short.
 */
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
    if (!hasNeededEndpoints(configuration))
      return serviceFailed(`${url} signs no command lines in: ask its operator for a newer Stint`);
    const stray = strayEndpoint(configuration, server);
    if (stray !== undefined) return serviceFailed(`${url} names a ${stray} elsewhere: ask its operator`);
    return ok({ deployment, configuration });
  } catch (error) {
    return explainOauthError(error, url);
  }
}

function hasNeededEndpoints(configuration: openid.Configuration): boolean {
  const metadata = configuration.serverMetadata();
  return NEEDED_ENDPOINTS.every((name) => metadata[name] !== undefined);
}

/** Codes and tokens are sent to the origin that the person named, wherever its metadata point. */
function strayEndpoint(configuration: openid.Configuration, { origin }: URL): string | undefined {
  const metadata = configuration.serverMetadata();
  return ENDPOINTS.find((name) => {
    const endpoint = metadata[name];
    return endpoint !== undefined && !(URL.canParse(endpoint) && new URL(endpoint).origin === origin);
  });
}

const fetchForOpenid =
  (deadlineSeconds: number): openid.CustomFetch =>
  (url, { body, ...request }) =>
    fetchWithin(
      url,
      { ...request, body: textOf(body) },
      { deadlineMs: deadlineSeconds * 1000, maxBytes: MAX_ANSWER_BYTES },
    );

/** The bodies that openid-client sends are forms. */
const textOf = (body: openid.FetchBody): string | null =>
  typeof body === 'string' || body instanceof URLSearchParams ? String(body) : null;

/** The name of this computer, for the person who approves its sign-in, and for the list of their sessions. */
export const deviceName = (): string =>
  showable(hostname()).slice(0, MAX_DEVICE_NAME_CHARACTERS) || 'unknown';
