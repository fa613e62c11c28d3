// Every Allow of a policy with a limited lifetime ends in time, and an earlier end of its own stays.
import { describe, expect, it } from 'vitest';
import { formatWholeSeconds } from '../../../shared/kernel/whole-seconds.ts';
import { limitLifetime } from '../../../shared/pipeline/compose/compose-session-policy.ts';
import { formatPolicy } from '../../../shared/ram/format-policy.ts';
import { parsePolicy } from '../../../shared/ram/parse-policy.ts';

const END = new Date('2026-03-01T12:01:00.999Z');
const NEVER = '2027-01-01T00:00:00Z';

function limited(statement: object) {
  const parsed = parsePolicy({
    Version: '1',
    Statement: [{ Effect: 'Allow', Action: 'a:B', Resource: '*', ...statement }],
  });
  if (!parsed.ok) throw new Error(parsed.error.message);
  const limit = limitLifetime(parsed.value, END);
  return limit && formatPolicy(limit).Statement[0]?.Condition;
}

const endsBefore = (...values: readonly string[]) => ({
  DateLessThan: { 'acs:CurrentTime': values.length === 1 ? values[0] : values },
});

describe('limitLifetime', () => {
  it.each<[string, object | undefined, object]>([
    ['gives an Allow its end', undefined, endsBefore('2026-03-01T12:01:00Z')],
    ['keeps an earlier end', endsBefore('2026-03-01T12:00:30Z'), endsBefore('2026-03-01T12:00:30Z')],
    ['shortens a later end', endsBefore(NEVER), endsBefore('2026-03-01T12:01:00Z')],
    [
      'takes the last of several ends, since any of them suffices',
      endsBefore('2026-03-01T12:00:10Z', '2026-03-01T12:00:20Z'),
      endsBefore('2026-03-01T12:00:20Z'),
    ],
    [
      'reads an end of another zone',
      endsBefore('2026-03-01T13:00:30+01:00'),
      endsBefore('2026-03-01T12:00:30Z'),
    ],
    [
      'keeps other conditions',
      { Bool: { 'acs:SecureTransport': 'true' } },
      { Bool: { 'acs:SecureTransport': 'true' }, ...endsBefore('2026-03-01T12:01:00Z') },
    ],
    [
      'keeps a date condition of another key beside it',
      { DateLessThan: { 'acs:Other': NEVER } },
      { DateLessThan: { 'acs:Other': NEVER, 'acs:CurrentTime': '2026-03-01T12:01:00Z' } },
    ],
  ])('%s', (_, condition, expected) => {
    expect(limited(condition ? { Condition: condition } : {})).toEqual(expected);
  });

  it('leaves a Deny as it is: an end would lift it', () => {
    expect(limited({ Effect: 'Deny' })).toBeUndefined();
  });

  it('writes dates as RAM reads them', () => expect(formatWholeSeconds(END)).toBe('2026-03-01T12:01:00Z'));
});
