// The command of a profile means the same words to every client that splits it: a shell, and the SDKs on each system.
import { execFileSync } from 'node:child_process';
import { splitProcessCommand } from '@alicloud/credentials/dist/src/utils/command.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatStintCommand,
  isStintCommand,
  type ProfileSource,
} from '../../../../clients/cli/profiles/stint-command.ts';

const sourceAt = (path: string, platform: NodeJS.Platform): ProfileSource => ({
  program: { words: [path], platform },
  url: 'https://stint.example.com',
  tokenFile: undefined,
});

const wordsFor = (path: string) => [
  path,
  ...['credentials', 'media', '--format', 'aws-process', '--url', 'https://stint.example.com'],
];

const commandOf = (path: string, platform: NodeJS.Platform): string | undefined => {
  const command = formatStintCommand(sourceAt(path, platform), 'media', 'aws-process');
  return command.ok ? command.value : undefined;
};

const pathOf = (...pieces: readonly string[]) =>
  fc.array(
    fc.constantFrom('a', 'ü', ' ', "'", '#', ';', '$(id)', '`id`', '&', '|', '*', '~', '=', ...pieces),
    {
      maxLength: 12,
    },
  );

describe('the command of a profile', () => {
  it('is split into its words as the SDKs do', () => {
    fc.assert(
      fc.property(pathOf('"', '\\', '%'), (pieces) => {
        const path = `/${pieces.join('')}`;
        const command = commandOf(path, 'linux');
        if (command !== undefined) expect(splitProcessCommand(command, false)).toEqual(wordsFor(path));
      }),
    );
  });

  it('is split into its words as on Windows', () => {
    fc.assert(
      fc.property(pathOf('\\', '(x86)'), (pieces) => {
        const path = `C:\\${pieces.join('')}x.exe`;
        const command = commandOf(path, 'win32');
        if (command !== undefined) expect(splitProcessCommand(command, true)).toEqual(wordsFor(path));
      }),
    );
  });

  it('is split into its words by a shell, which other AWS SDKs start', () => {
    const paths = fc
      .sample(pathOf('"', '\\', '%'), 50)
      .map((pieces) => `/${pieces.join('')}`)
      .filter((path) => commandOf(path, 'linux') !== undefined);
    expect(paths.length).toBeGreaterThan(5);
    const script = paths.map((path) => `printf '%s\\0' ${commandOf(path, 'linux')}`).join('\n');
    const split = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0');
    expect(split).toEqual([...paths.flatMap(wordsFor), '']);
  });

  it('has no quotes where none are needed: older clients split at spaces alone', () => {
    const path = '/usr/local/bin/stint';
    expect(commandOf(path, 'linux')?.split(' ')).toEqual(wordsFor(path));
  });

  it.each([
    ['/a\nb', 'linux'],
    ['/a\u009bb', 'linux'],
    ['/a\u2028b', 'linux'],
    ['/a #b', 'linux'],
    ['/a ;b', 'linux'],
    ['stint', 'linux'],
    ['C:\\%TEMP%\\stint', 'win32'],
    ['C:\\a"b', 'win32'],
    ['stint.exe', 'win32'],
  ] as const)('is refused for a program at %j', (path, platform) => {
    expect(commandOf(path, platform)).toBeUndefined();
  });

  it('is known as stint’s wherever stint is, and nothing else is', () => {
    expect(isStintCommand(commandOf("/x y's/stint", 'linux') ?? '')).toBe(true);
    expect(isStintCommand('/usr/bin/vault credentials media')).toBe(false);
  });
});
