// Stint's own cloud credentials: the newest that Function Compute sent with a request, else the environment's.
import { Secret } from '../../kernel/secret.ts';
import type { CloudCredentials } from './cloud-credentials.ts';

export interface PlatformCredentials {
  current(): CloudCredentials;
  /** Takes the role credentials that the platform adds to each request. */
  observe(header: (name: string) => string | undefined): void;
}

type Variables = Readonly<Record<string, string | undefined>>;

function make(id: string | undefined, secret: string | undefined, token: string | undefined) {
  if (!id || !secret) return undefined;
  return {
    accessKeyId: id,
    accessKeySecret: new Secret(secret),
    securityToken: token ? new Secret(token) : undefined,
  };
}

/** Where the platform sets this, it also replaces every `x-fc-*` header that a client sends. */
export const isUnderFunctionCompute = (environment: Variables): boolean =>
  Boolean(environment['FC_FUNCTION_NAME']);

/**
 * Headers are believed only under Function Compute, which strips what clients send as `x-fc-*`: anywhere else a caller
 * could make Stint act with the caller's own keys.
 */
export function createPlatformCredentials(environment: Variables): PlatformCredentials {
  const believed = isUnderFunctionCompute(environment);
  let newest: CloudCredentials | undefined = make(
    environment['ALIBABA_CLOUD_ACCESS_KEY_ID'],
    environment['ALIBABA_CLOUD_ACCESS_KEY_SECRET'],
    environment['ALIBABA_CLOUD_SECURITY_TOKEN'],
  );
  return {
    current() {
      if (!newest) throw new Error('no cloud credentials yet');
      return newest;
    },
    observe(header) {
      if (!believed) return;
      const id = header('x-fc-access-key-id');
      const token = header('x-fc-security-token');
      if (id === newest?.accessKeyId && token === newest?.securityToken?.reveal()) return;
      newest = make(id, header('x-fc-access-key-secret'), token) ?? newest;
    },
  };
}
