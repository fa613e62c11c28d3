// The built-in fetch under one deadline and one size: from the name lookup to the last byte, whatever the server does.
// Follows no redirect unless the request says so. For login and the command line, where fetch also knows the proxy that the environment names.
import { withinDeadline } from '../../kernel/within-deadline.ts';

export interface FetchBounds {
  readonly deadlineMs: number;
  /** Of the body, after it was decompressed. */
  readonly maxBytes: number;
}

class DeadlinePassed extends Error {}
/** How fetchWithin rejects for an answer that is longer than wanted. */
export class BodyTooLarge extends Error {}

/** The codes of Node.js for a certificate of an unknown authority, of another name, or out of date. */
const UNTRUSTED: ReadonlySet<unknown> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Whether node:https ended a connection with `error` because it does not accept the server's certificate. */
export const isCertificateFault = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && UNTRUSTED.has(error.code);

/** The same of fetch, which wraps the error. */
export const isUntrusted = (error: unknown): boolean =>
  error instanceof Error && isCertificateFault(error.cause);

/** The signal that fetch was given no longer ends a body once its answer was collected as garbage, so this does. */
async function readBytes(
  { body }: Response,
  maxBytes: number,
  deadline: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (!body) return null;
  const reader = body.getReader();
  const cancel = () => void reader.cancel().catch(() => undefined);
  deadline.addEventListener('abort', cancel);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > maxBytes) {
      cancel();
      throw new BodyTooLarge();
    }
    chunks.push(next.value);
  }
  return size === 0 ? null : Uint8Array.from(Buffer.concat(chunks));
}

/** The whole answer, read; rejects when there is none, when it is late or too long, as fetch rejects. */
export function fetchWithin(
  url: string,
  { signal: given, ...request }: RequestInit,
  { deadlineMs, maxBytes }: FetchBounds,
): Promise<Response> {
  const ask = async (deadline: AbortSignal) => {
    const signal = given ? AbortSignal.any([given, deadline]) : deadline;
    const answer = await fetch(url, { redirect: 'error', ...request, signal });
    const { status, headers } = answer;
    return new Response(await readBytes(answer, maxBytes, deadline), { status, headers });
  };
  return withinDeadline(deadlineMs, ask, () => new DeadlinePassed());
}
