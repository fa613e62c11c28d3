// The standard input of a command: read whole, unless it is longer than any command takes.
import { describe, expect, it } from 'vitest';
import { MAX_INPUT_BYTES, readInputOf } from '../../../clients/cli/base/terminal.ts';

describe('the standard input', () => {
  it('is read whole, with characters that are divided between two parts', async () => {
    const bytes = Buffer.from('sécret\n');
    const parts = async function* () {
      yield bytes.subarray(0, 2);
      yield bytes.subarray(2);
    };
    expect(await readInputOf(parts())).toBe('sécret\n');
  });

  it('is not read on where it is too long for any command, as /dev/zero would be', async () => {
    let parts = 0;
    const long = async function* () {
      for (; parts < 16; parts += 1) yield Buffer.alloc(MAX_INPUT_BYTES / 2, 'a');
    };
    expect((await readInputOf(long())).length).toBeGreaterThan(MAX_INPUT_BYTES);
    expect(parts).toBeLessThan(4);
  });
});
