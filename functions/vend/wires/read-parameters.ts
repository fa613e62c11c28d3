// The parameters of a wire: names and texts in a query or in a form (application/x-www-form-urlencoded), each at most once.
import type { HonoRequest } from 'hono';
import { decodeUtf8, readBodyBytes } from '../../../shared/http/read-body.ts';
import type { Failure } from '../../../shared/kernel/failure.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';

export type WireParameters = ReadonlyMap<string, string>;

/** Far above any client's; each costs time before the caller is known. */
const MAX_PARAMETERS = 100;

/** Stops at the first that is too many: 64 KB of separators would take longer to count than a good request takes. */
function hasTooMany(encoded: string): boolean {
  let found = 0;
  for (let at = encoded.indexOf('&'); at >= 0 && found < MAX_PARAMETERS; at = encoded.indexOf('&', at + 1))
    found += 1;
  return found >= MAX_PARAMETERS;
}

/**
 * Parameters of a query and of a form as one map; undefined when a name occurs twice, which two readers could understand
 * differently, or when there are too many.
 */
export function mergeParameters(...encoded: readonly string[]): WireParameters | undefined {
  if (encoded.some(hasTooMany)) return undefined;
  const pairs = encoded.flatMap((text) => [...new URLSearchParams(text)]);
  const parameters = new Map(pairs);
  return parameters.size === pairs.length ? parameters : undefined;
}

const FORM_TYPE = /^application\/x-www-form-urlencoded(?:\s*;.*)?$/i;

/**
 * The form in a request's body, as it was encoded; '' when there is no body. Fails with `too_large`, with
 * `unsupported_media_type` for a body that is no form, and with `invalid_request` for one that does not come whole or is not
 * UTF-8.
 */
export async function readFormBody(request: HonoRequest): Promise<Result<string, Failure>> {
  const bytes = await readBodyBytes(request);
  if (!bytes.ok) return bytes;
  if (bytes.value.length === 0) return ok('');
  if (!FORM_TYPE.test(request.header('content-type') ?? ''))
    return err({ code: 'unsupported_media_type', reason: 'media-type' });
  const text = decodeUtf8(bytes.value);
  return text === undefined ? err({ code: 'invalid_request', reason: 'body-unreadable' }) : ok(text);
}
