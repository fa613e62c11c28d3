// Tests that nobody runs guard nothing: where there is no browser, `npm test` says so and what to install.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBrowser, isBrowserRequired } from '../../scripts/test/find-browser.ts';

let folder: string;
let chromium: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stint-browser-'));
  chromium = join(folder, 'chromium');
  writeFileSync(chromium, '#!/bin/sh\n');
  chmodSync(chromium, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the browser of the tests', () => {
  test('is the one on the path', () => {
    expect(findBrowser({ PATH: `/nowhere:${folder}` })).toEqual({ ok: true, value: chromium });
  });

  test('is the one that is named', () => {
    expect(findBrowser({ PATH: '', STINT_BROWSER: chromium })).toEqual({ ok: true, value: chromium });
  });

  test('that is named and cannot be run is not silently another', () => {
    const found = findBrowser({ PATH: folder, STINT_BROWSER: join(folder, 'none') });
    expect(found).toEqual({ ok: false, error: expect.stringContaining('cannot be run') });
  });

  test('that is not there is named with what to install', () => {
    const found = findBrowser({ PATH: '/nowhere' });
    if (found.ok) return expect(found.value).toMatch(/^\/Applications\//);
    expect(found.error).toContain('apt-get install chromium');
  });

  test.each([
    [{}, false],
    [{ CI: 'true' }, true],
    [{ STINT_REQUIRE_BROWSER: '1' }, true],
    [{ CI: '', STINT_REQUIRE_BROWSER: '' }, false],
  ])('with %j is required: %s', (environment, required) => {
    expect(isBrowserRequired(environment)).toBe(required);
  });
});
