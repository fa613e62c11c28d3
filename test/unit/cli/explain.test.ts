// stint explain says whether a role would be given now and why, in lines for people and as JSON, and asks for nothing else.
import { describe, expect, it } from 'vitest';
import { problem } from '../../support/cli-deployment.ts';
import { answerJson, startLoopback } from '../../support/loopback.ts';
import { testFolder } from './test-terminal.ts';

const PASSED = { test: 'team == "media"', passed: true, seen: 'media' };
const FAILED = { test: 'mfa', passed: false, seen: null };
const grant = (name: string, tests: readonly { readonly passed: boolean }[]) => ({
  kind: 'grant',
  grant: name,
  passed: tests.every(({ passed }) => passed),
  tests,
});

const GIVEN = {
  decision: 'allow',
  grant: 'media',
  expiration: '2026-11-22T10:00:00Z',
  policyBytes: 120,
  policyBytesLeft: 1928,
  reasons: [grant('media', [PASSED])],
};
const REFUSED = {
  decision: 'deny',
  refusedWith: 'access_denied',
  reasons: [grant('media', [PASSED, FAILED])],
};

/** The deployment answers so. */
async function explain(body: unknown, argv: readonly string[] = [], status = 200) {
  const vend = await startLoopback(answerJson(body, status));
  const env = { STINT_URL: vend.url, STINT_TOKEN: 'a.b.c' };
  const run = await testFolder().stint(['explain', 'media-uploader', ...argv], env);
  return { ...run, lines: run.out.split('\n'), requests: vend.requests };
}

describe('stint explain', () => {
  it('says by which grant and until when a role would be given, and takes nothing', async () => {
    const { lines, exitCode, requests } = await explain(GIVEN);
    expect(lines).toEqual([
      'media-uploader: allow, by grant media, until 2026-11-22T10:00:00Z',
      '  session policy: 120 bytes, 1928 bytes are left',
      '  grant media: gives the role',
      '    passed  team == "media", seen "media"',
    ]);
    expect(exitCode).toBe(0);
    expect(requests).toEqual(['POST /v1/explain']);
  });

  it('names each test that fails, and what it saw', async () => {
    const { lines, exitCode } = await explain(REFUSED);
    expect(lines).toEqual([
      'media-uploader: deny (access_denied)',
      '  grant media: does not give the role',
      '    passed  team == "media", seen "media"',
      '    FAILED  mfa, seen null',
    ]);
    expect(exitCode).toBe(0);
  });

  it('says so where no grant is about the role', async () => {
    const { lines } = await explain({ ...REFUSED, reasons: [] });
    expect(lines.at(-1)).toBe('  no grant of yours is about this role: ask its owner for one');
  });

  it('prints a reason that it does not know as it is, and nothing that steers a terminal', async () => {
    const reasons = [{ kind: 'moon', phase: '\u009b2J' }, grant('\u001b[2J', [])];
    const { lines, out } = await explain({ ...REFUSED, reasons });
    expect(lines.slice(1)).toEqual(['  {"kind":"moon","phase":"\\u009b2J"}', '  grant ?[2J: gives the role']);
    for (const steering of ['\u001b', '\u009b']) expect(out).not.toContain(steering);
  });

  it('gives programs the answer as JSON', async () => {
    const { out } = await explain(REFUSED, ['--json']);
    expect(JSON.parse(out)).toEqual({ format: 1, role: 'media-uploader', ...REFUSED });
  });

  it('fails where the deployment does not explain', async () => {
    const [status, body] = problem(401, 'invalid_token');
    const refused = await explain(body, [], status);
    expect([refused.exitCode, refused.out]).toEqual([4, '']);
    expect(refused.notes).toContain('does not accept STINT_TOKEN');
    const other = await explain({ decision: 'allow' });
    expect([other.exitCode, other.out]).toEqual([3, '']);
  });
});
