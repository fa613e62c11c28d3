// A misconfigured function reports every fault and does not start. One that starts says whether V8 took its code cache.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../../local/fc/listen.ts';
import { startFunction } from '../../../shared/http/start-function.ts';
import { err, ok } from '../../../shared/kernel/result.ts';

describe('a function that is misconfigured', () => {
  const { exitCode } = process;
  afterEach(() => {
    process.exitCode = exitCode;
    vi.restoreAllMocks();
  });

  it('says every fault, builds nothing, and leaves with the code for it', () => {
    const written: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    const build = vi.fn(() => ({
      app: { fetch: () => new Response() },
      platform: { observe: () => {} },
      logger: { log: () => {} },
    }));
    startFunction({}, () => err(['A: is missing', 'B: must be a number']), build);
    expect(written).toEqual(['configuration: A: is missing\n', 'configuration: B: must be a number\n']);
    expect(build).not.toHaveBeenCalled();
    expect(process.exitCode).toBe(78);
  });
});

describe('a function that listens', () => {
  it.each([
    [{}, 'none'],
    [{ CODE_CACHE: 'accepted' }, 'accepted'],
    [{ CODE_CACHE: 'rejected' }, 'rejected'],
  ])('says of %j that its code cache is %s', async (environment, codeCache) => {
    const before = process.listeners('SIGTERM');
    const port = String(await freePort(0, '127.0.0.1'));
    const line = await new Promise((resolve) => {
      const logger = {
        log: (level: string, event: string, fields: object) => resolve([level, event, fields]),
      };
      const parts = { app: { fetch: () => new Response() }, platform: { observe: () => {} }, logger };
      startFunction(
        { ...environment, FC_CUSTOM_LISTEN_PORT: port },
        () => ok({}),
        () => parts,
      );
    });
    for (const listener of process.listeners('SIGTERM')) if (!before.includes(listener)) listener('SIGTERM');
    expect(line).toEqual(['info', 'started', { node: process.version, codeCache }]);
  });
});
