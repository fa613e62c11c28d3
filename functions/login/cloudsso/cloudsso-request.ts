// How the JSON of a request of the CloudSSO dialect is read.
import type { HonoRequest } from 'hono';
import type * as z from 'zod';
import { readJsonBody, readOptionalJsonBody } from '../../../shared/http/read-json-body.ts';
import type { Failure } from '../../../shared/kernel/failure.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import type { CloudSsoFault } from './cloudsso-fault.ts';

const refuse = ({ code, reason }: Pick<Failure, 'code' | 'reason'>): CloudSsoFault => ({
  error: code === 'too_large' ? 'TooLarge' : 'InvalidParameter',
  reason,
});

async function readWith<T>(
  read: (request: HonoRequest) => Promise<Result<unknown, Failure>>,
  c: LoginContext,
  kind: z.ZodType<T>,
  { clock }: LoginDeps,
): Promise<Result<T, CloudSsoFault>> {
  const body = await read(c.req);
  // After the body: a sender who delays it must not make a code appear younger.
  c.set('now', clock.now());
  if (!body.ok) return err(refuse(body.error));
  const parsed = kind.safeParse(body.value);
  return parsed.success ? ok(parsed.data) : err({ error: 'InvalidParameter', reason: 'body-members' });
}

/** Members that are not in `kind` are ignored. Fails with `InvalidParameter` or `TooLarge`. */
export const readMembers = <T>(c: LoginContext, kind: z.ZodType<T>, deps: LoginDeps) =>
  readWith(readJsonBody, c, kind, deps);

/** The same, for a request that may have no body. `kind` is then given undefined. */
export const readOptionalMembers = <T>(c: LoginContext, kind: z.ZodType<T>, deps: LoginDeps) =>
  readWith(readOptionalJsonBody, c, kind, deps);
