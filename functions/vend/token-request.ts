// The wire's JSON → the token that came in it, for what is asked with nothing else.
import type { Failure } from '../../shared/kernel/failure.ts';
import { ok, type Result } from '../../shared/kernel/result.ts';
import { readFields } from './read-fields.ts';
import { TokenRequest } from './request-schemas.ts';

/** `body`: undefined where there is none. */
export function parseTokenRequest(
  body: unknown,
): Result<{ readonly bodyToken: string | undefined }, Failure> {
  if (body === undefined) return ok({ bodyToken: undefined });
  const fields = readFields(TokenRequest, body);
  return fields.ok ? ok({ bodyToken: fields.value.token }) : fields;
}
