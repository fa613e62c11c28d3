// The scenarios of the page: what happens to the account's quota on a day, in storms, and with other settings.
import { REUSE_WINDOW, type ReuseWindow } from '../../shared/pipeline/assume/reuse-credentials.ts';
import { type ClientKind, HOUR_MS, KINDS, STARTS } from './clients.ts';
import type { Scenario, Size } from './simulate.ts';

/** A part of the page: scenarios that are compared with each other. */
export interface Comparison {
  readonly id: string;
  readonly scenarios: Readonly<Record<string, Scenario>>;
}

const DAY_HOURS = 24;
/** Long enough for two renewals of credentials that work for an hour. */
const STORM_HOURS = 1.5;
const MIX_HOURS = 2;
const CROWD_HOURS = 1 / 12;

const base = (size: Size, kinds: readonly ClientKind[]): Scenario => ({
  ...size,
  kinds,
  limits: {},
  window: REUSE_WINDOW,
  hasJitter: true,
  hasAffinity: false,
});

/** At most so long: a scenario on its own needs no whole day. */
const within = (size: Size, hours: number): Size => ({ ...size, hours: Math.min(size.hours, hours) });

/**
 * A million clients of a day: 600 workloads of 20 replicas each, which renew all day; people, each with one session; and runs of
 * 2,000 jobs, most of them started on the hour. A shorter time has as many workloads, and its part of the others.
 */
function mix(
  { clients, hours }: Size,
  { onTheHour }: { readonly onTheHour: boolean },
): readonly ClientKind[] {
  const ofDay = hours / DAY_HOURS;
  const jobs = { ...KINDS.jobs, clientsPerCaller: Math.max(1, KINDS.jobs.clientsPerCaller * ofDay) };
  const people = { ...KINDS.people, count: Math.round(clients * 0.488 * ofDay) };
  return [
    { ...KINDS.workloads, count: Math.round(clients * 0.012) },
    onTheHour ? people : { ...people, starts: STARTS.evenly },
    { ...jobs, count: Math.round(clients * 0.5 * ofDay), starts: onTheHour ? halfOnTheHour : STARTS.evenly },
  ];
}

/** Schedules name the full hour more often than any other minute. */
const ON_THE_HOUR = 0.6;
const halfOnTheHour: ClientKind['starts'] = (random, hours) =>
  random() < ON_THE_HOUR ? STARTS.onTheHour(random, hours) : STARTS.evenly(random, hours);

/** Processes with an identity each that all took credentials in the same second, and now renew them: what STS takes in 20 seconds. */
const renewing = ({ stsPerSecond }: Size): ClientKind => ({
  ...KINDS.workloads,
  count: 20 * stsPerSecond,
  clientsPerCaller: 1,
  starts: STARTS.together,
  isProvided: true,
});

/** Processes without credentials that start within ten seconds: what STS takes in 40. */
const crowd = ({ stsPerSecond }: Size): ClientKind => ({
  ...KINDS.workloads,
  count: 40 * stsPerSecond,
  clientsPerCaller: 1,
  starts: STARTS.together,
});

/** Programs that ask for credentials each second and forget them: three times what STS takes. */
const greedy = ({ stsPerSecond }: Size): ClientKind => ({
  ...KINDS.jobs,
  count: 3 * stsPerSecond,
  clientsPerCaller: 1,
  starts: STARTS.together,
  renews: 'each second',
});
/** A fifth of what STS takes. */
const modest = ({ stsPerSecond, hours }: Size): ClientKind => ({
  ...KINDS.people,
  count: Math.round(0.2 * stsPerSecond * hours * 3600),
  starts: STARTS.evenly,
});

const withWindow = (size: Size, window: Partial<ReuseWindow>): Scenario => ({
  ...base(within(size, STORM_HOURS), [renewing(size)]),
  window: { ...REUSE_WINDOW, ...window },
});

function jitter(size: Size): Comparison['scenarios'] {
  const storm = base(within(size, STORM_HOURS), [renewing(size)]);
  const libraries = base(within(size, STORM_HOURS), [{ ...renewing(size), wire: 'sts' }]);
  return {
    none: { ...storm, hasJitter: false },
    'a tenth of what follows the window': withWindow(size, { spreadPart: 0.1 }),
    'a quarter': withWindow(size, { spreadPart: 0.25 }),
    'half (deployed)': storm,
    'four fifths': withWindow(size, { spreadPart: 0.8 }),
    'libraries, all told the same Expiration': { ...libraries, hasJitter: false },
    'libraries, as deployed': libraries,
  };
}

function windows(size: Size): Comparison['scenarios'] {
  const short = within(size, MIX_HOURS);
  const scenario = { ...base(short, mix(short, { onTheHour: true })), hasAffinity: true };
  return Object.fromEntries(
    [0.25, 1 / 3, 0.5, 2 / 3, 0.75].map((leastPartLeft) => [
      `${Math.round(leastPartLeft * 100)} %${leastPartLeft === REUSE_WINDOW.leastPartLeft ? ' (deployed)' : ''}`,
      {
        ...scenario,
        window:
          leastPartLeft === REUSE_WINDOW.leastPartLeft ? REUSE_WINDOW : { ...REUSE_WINDOW, leastPartLeft },
      },
    ]),
  );
}

function fleets(size: Size): Comparison['scenarios'] {
  const short = within(size, MIX_HOURS);
  const scenario = base(short, mix(short, { onTheHour: true }));
  const deployedAt = (short.hours / 2) * HOUR_MS + HOUR_MS / 4;
  return {
    'any instance': scenario,
    'any of 20 instances': { ...scenario, instances: Math.min(20, size.instances) },
    'one instance': { ...scenario, instances: 1 },
    'the same instance for a caller': { ...scenario, hasAffinity: true },
    'any instance, all replaced at once': { ...scenario, deployedAt },
    'the same instance for a caller, all replaced at once': { ...scenario, hasAffinity: true, deployedAt },
  };
}

function greed(size: Size): Comparison['scenarios'] {
  const short = within(size, CROWD_HOURS);
  const scenario = base(short, [greedy(short), modest(short)]);
  return {
    'the default share, 25 a second at each instance': scenario,
    'a share of 1 a second at each instance': { ...scenario, limits: { jobs: { stsCallsPerSecond: 1 } } },
    'a share of 10 a second at each of 4 instances': {
      ...scenario,
      instances: Math.min(4, size.instances),
      limits: { jobs: { stsCallsPerSecond: 10 } },
    },
    'no greedy provider': { ...scenario, kinds: [modest(short)] },
  };
}

function crowds(size: Size): Comparison['scenarios'] {
  const scenario = base(within(size, CROWD_HOURS), [crowd(size)]);
  return {
    'clients wait as told': scenario,
    'all told the same 5 seconds': { ...scenario, hasJitter: false },
    'clients ask again after a second': { ...scenario, kinds: [{ ...crowd(size), waits: 'a second' }] },
  };
}

export function comparisonsOf(size: Size): readonly Comparison[] {
  const short = within(size, MIX_HOURS);
  return [
    { id: 'day', scenarios: { 'a day with storms on the hour': base(size, mix(size, { onTheHour: true })) } },
    {
      id: 'steady',
      scenarios: { 'the same clients, evenly': base(short, mix(short, { onTheHour: false })) },
    },
    { id: 'jitter', scenarios: jitter(size) },
    { id: 'windows', scenarios: windows(size) },
    { id: 'fleets', scenarios: fleets(size) },
    { id: 'greed', scenarios: greed(size) },
    { id: 'crowds', scenarios: crowds(size) },
  ];
}
