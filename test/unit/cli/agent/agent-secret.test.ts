// Guarantees: agents that start at once with one missing secret file do not take each other's secret away.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openSecret } from '../../../../clients/cli/agent/agent-secret.ts';
import type { Terminal } from '../../../../clients/cli/base/terminal.ts';
import { testFolder } from '../test-terminal.ts';

describe('a secret file that is missing', () => {
  it('is made by the first of two agents that start at once, and the other ends', () => {
    const folder = testFolder();
    const terminal: Terminal = {
      env: {},
      folder: folder.path,
      out: () => undefined,
      note: () => undefined,
      openKeychain: async () => undefined,
    };
    const [first, second] = [openSecret('secret', terminal), openSecret('secret', terminal)];
    if (!first.ok || !second.ok) throw new Error('no secret');
    expect(first.value.store(1)).toMatchObject({ ok: true });
    expect(second.value.store(2)).toMatchObject({
      error: { exitCode: 2, message: expect.stringContaining('start this one again') },
    });
    expect(folder.read('secret')).toBe(first.value.secret.reveal());
    expect(readdirSync(folder.path)).toEqual(['secret']);
    const third = openSecret('secret', terminal);
    expect(third.ok && third.value.store(3).ok && third.value.secret.reveal()).toBe(folder.read('secret'));
  });
});
