// Guarantees: each error of the STS SDK is sorted by what Stint can do about it.
import { describe, expect, it } from 'vitest';
import {
  classifyStsError,
  isRepeatable,
  StsAnswerError,
} from '../../../shared/adapters/alibaba-cloud/sts-fault.ts';

describe('what the STS SDK throws', () => {
  it.each<[unknown, string, string]>([
    [{ code: 'Throttling', statusCode: 400 }, 'throttled', 'Throttling'],
    [{ code: 'Throttling.Api', statusCode: 503 }, 'throttled', 'Throttling.Api'],
    [{ code: 'Throttling.User' }, 'throttled', 'Throttling.User'],
    [{ statusCode: 429 }, 'throttled', 'status-429'],
    [new StsAnswerError({ kind: 'throttled', cause: 'status-302' }), 'throttled', 'status-302'],
    [{ code: 'NoPermission', statusCode: 403 }, 'refused', 'NoPermission'],
    [{ code: 'EntityNotExist.Role', statusCode: 404 }, 'refused', 'EntityNotExist.Role'],
    [
      { code: 'InvalidParameter.PolicyGrammar', statusCode: 400 },
      'refused',
      'InvalidParameter.PolicyGrammar',
    ],
    [{ code: 'InvalidAccessKeyId.NotFound', statusCode: 404 }, 'refused', 'InvalidAccessKeyId.NotFound'],
    [{ code: 'a text with\nlines', statusCode: 400 }, 'refused', 'status-400'],
    [{ code: 'x'.repeat(65), statusCode: 400 }, 'refused', 'status-400'],
    [{ code: 7, statusCode: 400 }, 'refused', 'status-400'],
    [{ code: 'InternalError', statusCode: 500 }, 'unavailable', 'InternalError'],
    [{ code: 'ServiceUnavailable', statusCode: 503 }, 'unavailable', 'ServiceUnavailable'],
    [{ code: 'ECONNREFUSED', name: 'Error' }, 'unavailable', 'ECONNREFUSED'],
    [{ code: 'NoPermission', statusCode: '403' }, 'unavailable', 'NoPermission'],
    [new TypeError('canary'), 'unavailable', 'TypeError'],
    ['canary', 'unavailable', 'unknown'],
    [undefined, 'unavailable', 'unknown'],
  ])('%j is %s (%s)', (error, kind, cause) => {
    expect(classifyStsError(error)).toEqual({ kind, cause });
  });

  it.each([
    ['throttled', true],
    ['unavailable', true],
    ['refused', false],
    ['unusable', false],
  ] as const)('is asked again when %s: %s', (kind, again) =>
    expect(isRepeatable({ kind, cause: '' })).toBe(again),
  );
});
