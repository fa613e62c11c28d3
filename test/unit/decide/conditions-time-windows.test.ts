// A time window opens and closes by its zone’s own clock, on days of clock changes as well.
import { describe, expect, it } from 'vitest';
import { openUntil } from '../../../shared/pipeline/decide/time-windows.ts';
import { TimeWindow } from '../../../shared/rules/values/constraints.ts';

const ALL = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
type Day = (typeof ALL)[number];

const window = (timeZone: string, days: readonly Day[], from: string, to: string): TimeWindow =>
  TimeWindow.parse({ timeZone, days, from, to });

const endOf = (now: string, ...windows: readonly TimeWindow[]): string | undefined =>
  openUntil(windows, new Date(now))?.toISOString();

const OFFICE = window('Asia/Shanghai', ['mon', 'tue', 'wed', 'thu', 'fri'], '09:00', '18:00');
const NIGHT = window('Europe/Berlin', ['fri'], '22:00', '02:00');

describe('a window', () => {
  it.each([
    ['is closed a moment before it opens', '2026-03-02T00:59:59.999Z', OFFICE, undefined],
    ['is open from its first moment', '2026-03-02T01:00:00.000Z', OFFICE, '2026-03-02T10:00:00.000Z'],
    ['is open until its last moment', '2026-03-02T09:59:59.999Z', OFFICE, '2026-03-02T10:00:00.000Z'],
    ['is closed at its end', '2026-03-02T10:00:00.000Z', OFFICE, undefined],
    [
      'goes by the day of its zone, not by that of UTC',
      '2026-03-01T23:30:00.000Z',
      window('Asia/Shanghai', ['mon'], '07:00', '08:00'),
      '2026-03-02T00:00:00.000Z',
    ],
    ['is closed on other days', '2026-02-28T03:00:00.000Z', OFFICE, undefined],
    ['over midnight is open in the evening', '2026-01-09T22:30:00.000Z', NIGHT, '2026-01-10T01:00:00.000Z'],
    ['over midnight is open after it', '2026-01-10T00:59:59.000Z', NIGHT, '2026-01-10T01:00:00.000Z'],
    ['over midnight is closed on the morning of its own day', '2026-01-09T00:30:00.000Z', NIGHT, undefined],
    ['over midnight is closed on the evening of the next day', '2026-01-10T21:30:00.000Z', NIGHT, undefined],
    [
      'of a whole day ends at midnight',
      '2026-03-02T12:00:00Z',
      window('UTC', ['mon'], '00:00', '24:00'),
      '2026-03-03T00:00:00.000Z',
    ],
    [
      'knows zones off the hour',
      '2026-03-02T03:31:00Z',
      window('Asia/Kolkata', ['mon'], '09:00', '10:00'),
      '2026-03-02T04:30:00.000Z',
    ],
    [
      'knows zones of 45 minutes',
      '2026-03-01T20:16:00Z',
      window('Pacific/Chatham', ['mon'], '10:00', '11:00'),
      '2026-03-01T21:15:00.000Z',
    ],
  ])('%s', (_, now, one, end) => {
    expect(endOf(now, one)).toBe(end);
  });
});

// Berlin 2026: on 29 March the clock goes from 02:00 to 03:00, on 25 October from 03:00 back to 02:00.
describe('a window on a day on which the clock changes', () => {
  const berlin = (from: string, to: string) => window('Europe/Berlin', ALL, from, to);

  it.each([
    [
      'an hour shorter in spring',
      '2026-03-28T23:30:00Z',
      berlin('00:00', '06:00'),
      '2026-03-29T04:00:00.000Z',
    ],
    [
      'an hour longer in autumn',
      '2026-10-24T22:30:00Z',
      berlin('00:00', '06:00'),
      '2026-10-25T05:00:00.000Z',
    ],
    [
      'closes at the change if its end is skipped',
      '2026-03-29T00:30:00Z',
      berlin('01:00', '02:30'),
      '2026-03-29T01:00:00.000Z',
    ],
    ['is closed after its skipped end', '2026-03-29T01:00:00Z', berlin('01:00', '02:30'), undefined],
    [
      'opens at the change if its start is skipped',
      '2026-03-29T01:00:00Z',
      berlin('02:30', '04:00'),
      '2026-03-29T02:00:00.000Z',
    ],
    ['is closed before its skipped start', '2026-03-29T00:59:59Z', berlin('02:30', '04:00'), undefined],
    ['never opens if it is skipped whole', '2026-03-29T01:00:00Z', berlin('02:10', '02:50'), undefined],
    [
      'opens at the first of two times',
      '2026-10-25T00:30:00Z',
      berlin('02:30', '04:00'),
      '2026-10-25T03:00:00.000Z',
    ],
    [
      'closes at the first of two times',
      '2026-10-25T00:29:59Z',
      berlin('01:00', '02:30'),
      '2026-10-25T00:30:00.000Z',
    ],
    ['stays closed at the second of two times', '2026-10-25T01:15:00Z', berlin('01:00', '02:30'), undefined],
    [
      'over midnight into the change',
      '2026-10-24T21:00:00Z',
      berlin('22:00', '04:00'),
      '2026-10-25T03:00:00.000Z',
    ],
  ])('%s', (_, now, one, end) => {
    expect(endOf(now, one)).toBe(end);
  });

  it('follows half an hour of change as well', () => {
    // Lord Howe Island 2026: on 5 April the clock goes from 02:00 back to 01:30.
    const howe = window('Australia/Lord_Howe', ALL, '01:00', '03:00');
    expect(endOf('2026-04-04T14:30:00Z', howe)).toBe('2026-04-04T16:30:00.000Z');
  });

  it('follows a change at midnight', () => {
    // Beirut 2026: on 29 March the clock goes from 00:00 to 01:00.
    const beirut = window('Asia/Beirut', ['sun'], '00:00', '02:00');
    expect(endOf('2026-03-28T21:59:59Z', beirut)).toBeUndefined();
    expect(endOf('2026-03-28T22:00:00Z', beirut)).toBe('2026-03-28T23:00:00.000Z');
  });
});

describe('windows', () => {
  const utc = (days: readonly Day[], from: string, to: string) => window('UTC', days, from, to);

  it('that touch are one', () => {
    const end = endOf('2026-03-02T08:00:00Z', utc(['mon'], '12:00', '14:00'), utc(['mon'], '07:00', '12:00'));
    expect(end).toBe('2026-03-02T14:00:00.000Z');
  });

  it('that overlap end with the later', () => {
    const end = endOf('2026-03-02T08:00:00Z', utc(['mon'], '07:00', '12:00'), utc(['mon'], '07:30', '13:00'));
    expect(end).toBe('2026-03-02T13:00:00.000Z');
  });

  it('that leave a gap are two', () => {
    const end = endOf('2026-03-02T08:00:00Z', utc(['mon'], '07:00', '12:00'), utc(['mon'], '12:01', '14:00'));
    expect(end).toBe('2026-03-02T12:00:00.000Z');
  });

  it('of every whole day are joined without going on for ever', () => {
    const end = openUntil([utc(ALL, '00:00', '24:00')], new Date('2026-03-02T08:00:00Z'));
    expect(end?.getTime()).toBeGreaterThan(Date.parse('2026-03-04T00:00:00Z'));
  });
});

describe('a time window is refused', () => {
  it.each([
    ['in a zone that does not exist', { timeZone: 'Mars/Olympus' }],
    ['in a fixed offset', { timeZone: '+08:00' }],
    ['in an abbreviation', { timeZone: 'EST' }],
    ['in a zone with a suffix', { timeZone: 'UTC\u0000' }],
    ['without a day', { days: [] }],
    ['at a time that no clock shows', { from: '9:00' }],
    ['at a time past the day', { from: '24:00' }],
    ['to a minute that does not exist', { to: '12:60' }],
    ['from and to one time', { from: '09:00', to: '09:00' }],
    ['with a key that does not exist', { until: '09:00' }],
  ])('%s', (_, change) => {
    const good = { timeZone: 'UTC', days: ['mon'], from: '08:00', to: '12:00' };
    expect(TimeWindow.safeParse(good).success).toBe(true);
    expect(TimeWindow.safeParse({ ...good, ...change }).success).toBe(false);
  });
});
