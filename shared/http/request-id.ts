// One id a request: the platform's when it gives a well-formed one, so that its log and ours meet; else our own.
import { randomUUID } from 'node:crypto';
import { isRequestId, RequestId } from '../kernel/names.ts';

/** The id under which a request is logged, audited and answered. */
export function requestIdOf(platformId: string | undefined): RequestId {
  return platformId !== undefined && isRequestId(platformId) ? platformId : RequestId.parse(randomUUID());
}
