// What the STS SDK throws → what Stint does about it. Codes: STS AssumeRole and the common error code table.
import type { AssumeFault } from '../../pipeline/assume/role-assumer.ts';

/** Over its quota STS answers with a Throttling code or with a bare redirect (FAQ about RAM roles and STS tokens). */
export const REDIRECT_STATUS = 302;
const THROTTLING = 'Throttling';

/** How an answer's own trouble travels to classifyStsError. */
export class StsAnswerError extends Error {
  readonly fault: AssumeFault;

  constructor(fault: AssumeFault) {
    super(fault.kind);
    this.fault = fault;
  }
}

const textOf = (error: object, member: string): string => {
  const value = Reflect.get(error, member);
  return typeof value === 'string' ? value : '';
};

/** STS's codes are words with dots; anything else came from elsewhere and is not repeated in a log. */
const STS_CODE = /^[A-Za-z][A-Za-z0-9.]{1,63}$/;

/**
 * Sorts anything that the SDK throws by what Stint can do about it. The cause is a code of STS or of Node.js, never a
 * message, which may quote the request.
 */
export function classifyStsError(error: unknown): AssumeFault {
  if (error instanceof StsAnswerError) return error.fault;
  if (typeof error !== 'object' || error === null) return { kind: 'unavailable', cause: 'unknown' };
  const status = Reflect.get(error, 'statusCode');
  const code = STS_CODE.test(textOf(error, 'code')) ? textOf(error, 'code') : '';
  if (code.startsWith(THROTTLING) || status === 429) {
    const retryAfterMs = Number(textOf(error, 'retryAfter') || Number.NaN);
    return {
      kind: 'throttled',
      cause: code || 'status-429',
      ...(retryAfterMs > 0 ? { retryAfterMs } : {}),
    };
  }
  // A request that STS understood and refuses will be refused again: it is for the operator to mend.
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return { kind: 'refused', cause: code || `status-${status}` };
  }
  return { kind: 'unavailable', cause: code || textOf(error, 'name') || 'unknown' };
}

/** Whether the same call may succeed a moment later. */
export const isRepeatable = ({ kind }: AssumeFault): boolean =>
  kind === 'throttled' || kind === 'unavailable';
