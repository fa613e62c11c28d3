// Takes a role at vend: what POST /v1/credentials gives, checked before anything of it is printed, kept or served.
import * as z from 'zod';
import type { Result } from '../../../shared/kernel/result.ts';
import type { CommandFault } from '../base/command-fault.ts';
import { PRINTABLE } from '../sessions/credential-cache.ts';
import { type ApiCaller, callApi } from './call-api.ts';

/** In an env file, a line break would let the answer set a variable of its own choice. */
const Printable = z.string().regex(PRINTABLE);

/** Times are ISO 8601 in UTC. */
export interface VendedCredentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  readonly expiration: string;
  /** When vend wants to be asked again. Absent: it does not say. */
  readonly refreshAfter?: string;
}

const Vended = z
  .object({
    credentials: z.object({
      accessKeyId: Printable,
      accessKeySecret: Printable,
      securityToken: Printable,
      expiration: z.iso.datetime(),
    }),
    refreshAfter: z.iso.datetime().optional(),
  })
  .transform(
    ({ credentials, refreshAfter }): VendedCredentials =>
      refreshAfter === undefined ? credentials : { ...credentials, refreshAfter },
  );

interface TakenRole {
  /** The role's name or its RoleArn. */
  readonly role: string;
  /** Undefined: the longest that is granted. */
  readonly durationSeconds?: number | undefined;
}

/** Fails as `callApi` does, and with an answer that holds no credentials of STS. */
export const takeCredentials = (
  caller: ApiCaller,
  { role, durationSeconds }: TakenRole,
): Promise<Result<VendedCredentials, CommandFault>> => {
  const body = { role, ...(durationSeconds === undefined ? {} : { durationSeconds }) };
  return callApi(caller, { path: '/v1/credentials', body }, Vended);
};
