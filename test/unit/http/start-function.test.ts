// A misconfigured function reports every fault and does not start.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startFunction } from '../../../shared/http/start-function.ts';
import { err } from '../../../shared/kernel/result.ts';

describe('a function that is misconfigured', () => {
  const { exitCode } = process;
  afterEach(() => {
    process.exitCode = exitCode;
    vi.restoreAllMocks();
  });

  it('says every fault, builds nothing, and leaves with the code for it', () => {
    const written: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    const build = vi.fn(() => ({ app: { fetch: () => new Response() }, platform: { observe: () => {} } }));
    startFunction({}, () => err(['A: is missing', 'B: must be a number']), build);
    expect(written).toEqual(['configuration: A: is missing\n', 'configuration: B: must be a number\n']);
    expect(build).not.toHaveBeenCalled();
    expect(process.exitCode).toBe(78);
  });
});
