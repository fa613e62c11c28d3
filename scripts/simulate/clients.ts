// The clients of a simulation: when each asks first, what it does with the answer, and when it asks again.
import type { Answer } from '../../shared/http/answer.ts';
import type { WireOfClient } from './fleet.ts';
import type { Random } from './random.ts';
import type { ProviderName } from './rules.ts';

/** What a kind of client has in common. */
export interface ClientKind {
  readonly name: string;
  readonly provider: ProviderName;
  /** How many clients are of this kind. */
  readonly count: number;
  /** How many clients prove the same identity: the replicas of a workload, the runs of a job. */
  readonly clientsPerCaller: number;
  /** For how long they ask for credentials. */
  readonly durationSeconds: number;
  readonly wire: WireOfClient;
  /** When the first request comes, in milliseconds since the start. */
  readonly starts: (random: Random, hours: number) => number;
  /** When it asks again: once it is told to; each second, as a program without a memory does; or it asks once. */
  readonly renews: 'as told' | 'each second' | 'never';
  /** Whether it has credentials that were issued at the start, and first asks when these are to be renewed. */
  readonly isProvided?: boolean;
  /** What it does when it is told to wait: what Retry-After says, or it asks again after a second. */
  readonly waits: 'as told' | 'a second';
}

export const HOUR_MS = 3_600_000;
/** Machines that start something on the hour do so within these seconds: their clocks, their queues. */
const ON_THE_HOUR_MS = 10_000;

export const STARTS = {
  evenly: (random, hours) => random() * hours * HOUR_MS,
  /** Of one of the hours. */
  onTheHour: (random, hours) => Math.floor(random() * hours) * HOUR_MS + random() * ON_THE_HOUR_MS,
  /** As people do: most in the middle of the day, none at night. */
  byDay: (random, hours) => (8 + (random() + random()) * 6) * (hours / 24) * HOUR_MS,
  together: (random) => random() * ON_THE_HOUR_MS,
} as const satisfies Record<string, ClientKind['starts']>;

const WORKLOADS: Omit<ClientKind, 'count'> = {
  name: 'replicas of workloads',
  provider: 'workloads',
  clientsPerCaller: 20,
  durationSeconds: 3_600,
  wire: 'own',
  starts: STARTS.evenly,
  renews: 'as told',
  waits: 'as told',
};
const PEOPLE: Omit<ClientKind, 'count'> = {
  ...WORKLOADS,
  name: 'people',
  provider: 'people',
  clientsPerCaller: 1,
  starts: STARTS.byDay,
  renews: 'never',
};
const JOBS: Omit<ClientKind, 'count'> = {
  ...WORKLOADS,
  name: 'jobs',
  provider: 'jobs',
  clientsPerCaller: 250,
  renews: 'never',
};

/** A workload asks all day, so that few of them make as many requests as all people. */
export const KINDS = { workloads: WORKLOADS, people: PEOPLE, jobs: JOBS } as const;

/** Credentials libraries fetch new credentials once so much is left or less. */
const LIBRARY_MARGIN_MS = 900_000;
/** A library that finds too little left asks at every use; one use a minute. */
const NEXT_USE_MS = 60_000;

/** What a client learns from an answer, in milliseconds since the epoch. */
export interface Told {
  readonly expiresAt: number;
  readonly asksAgainAt: number;
}

/** The date of this member. Parsing the whole body, with its policy, would take a tenth of a simulation. */
const dateIn = (body: string, member: string): number => {
  const from = body.indexOf(`"${member}":"`) + member.length + 4;
  return Date.parse(body.slice(from, body.indexOf('"', from)));
};

/** Undefined unless the answer has credentials. */
export function readAnswer({ status, body }: Answer, wire: WireOfClient, now: number): Told | undefined {
  if (status !== 200) return undefined;
  if (wire === 'own') {
    return { expiresAt: dateIn(body, 'expiration'), asksAgainAt: dateIn(body, 'refreshAfter') };
  }
  return asLibrary(dateIn(body, 'Expiration'), now);
}

/** When a credentials library asks again: it is told the expiration and nothing else. */
export const asLibrary = (expiresAt: number, now: number): Told => ({
  expiresAt,
  asksAgainAt: Math.max(expiresAt - LIBRARY_MARGIN_MS, now + NEXT_USE_MS),
});

/** Milliseconds until a refused client asks again. */
export function waitAfter({ headers }: Answer, waits: ClientKind['waits']): number {
  const told = Number(headers['retry-after'] ?? Number.NaN);
  return waits === 'as told' && Number.isFinite(told) ? told * 1000 : 1000;
}
