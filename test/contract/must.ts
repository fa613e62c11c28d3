// The value of a result that the test expects to be a success.
import type { Result } from '../../shared/kernel/result.ts';

export function must<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
