// The examples of docs/conditions.md hold and fail as the page says.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { GRANT_TESTS } from '../../../shared/pipeline/decide/grant-tests.ts';
import { Constraints } from '../../../shared/rules/values/constraints.ts';
import { holds } from './condition-facts.ts';

const text = readFileSync(new URL('../../../docs/conditions.md', import.meta.url), 'utf8');
const blockOf = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(text)?.[1] ?? '';
const examples = blockOf('cel').trim().split('\n');

/** In the order of the examples: claims for which each holds, and claims for which it does not. */
const CLAIMS: readonly (readonly [object, object])[] = [
  [{ email_verified: true }, { email_verified: 'true' }],
  [{ level: 3 }, { level: 2 }],
  [{ department: 'media' }, { department: 'sales' }],
  [{}, { contractor: true }],
  [
    { repository: 'acme/site', ref: 'refs/heads/release-1' },
    { repository: 'acme/site', ref: 'refs/heads/main' },
  ],
  [{ entitlements: [{ name: 'upload', level: 2 }] }, { entitlements: [{ name: 'upload', level: 1 }] }],
  [{}, { suspended: false }],
];

describe('docs/conditions.md', () => {
  it('has examples of which all but that of the time are tried', () => {
    expect(examples.length).toBe(CLAIMS.length + 1);
    expect(holds(examples.at(-1) ?? '')).toBe(true);
  });

  it.each(CLAIMS.map((claims, i) => [examples[i] ?? '', ...claims] as const))('%s', (example, good, bad) => {
    expect([holds(example, { ...good }), holds(example, { ...bad })]).toEqual([true, false]);
  });

  it('has an example of constraints that is accepted', () => {
    const { constraints } = parse(blockOf('yaml'));
    expect(Constraints.safeParse(constraints).success).toBe(true);
  });

  it('describes every constraint and no other', () => {
    const table = text.split('\n## Constraints\n')[1] ?? '';
    const described = [...table.matchAll(/^\| `([A-Za-z]+)` *\|/gm)].map(([, key]) => key);
    expect(new Set(described)).toEqual(new Set(Object.keys(Constraints.shape)));
  });

  it('names the tests in the order in which they are made', () => {
    const order = (text.split('\n## Which grant\n')[1] ?? '').replaceAll(/\s+/g, ' ');
    expect(order).toContain(
      GRANT_TESTS.slice(0, -1)
        .map((test) => `\`${test}\``)
        .join(', '),
    );
  });
});
