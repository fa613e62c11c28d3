// Runs one scenario: its clients come, ask an instance, use what they got, and ask again, until the time is over.
import {
  expirationToTell,
  type ReuseWindow,
  refreshAfter,
} from '../../shared/pipeline/assume/reuse-credentials.ts';
import { asLibrary, type ClientKind, HOUR_MS, readAnswer, type Told, waitAfter } from './clients.ts';
import { createFleet, type Fleet, type FleetOptions } from './fleet.ts';
import { type Figures, Meter } from './meter.ts';
import { type Random, seededRandom } from './random.ts';
import { TICK_MS, VirtualTime } from './virtual-time.ts';

export interface Size {
  readonly clients: number;
  readonly instances: number;
  readonly hours: number;
  readonly stsPerSecond: number;
  readonly seed: number;
}

export interface Scenario extends Size {
  readonly kinds: readonly ClientKind[];
  readonly limits: FleetOptions['limits'];
  readonly window: ReuseWindow;
  /** False: `vend` tells all clients the earliest time. */
  readonly hasJitter: boolean;
  /** Whether the requests of one caller come to the same instance. Otherwise they come to any. */
  readonly hasAffinity: boolean;
  /** When all instances are replaced, in milliseconds since the start. Undefined: never. */
  readonly deployedAt?: number | undefined;
}

/** Called after each simulated hour. */
type OnHour = (hours: number) => void;

/** A place in the list of arrivals: the tick and the client in one number, since sorting a million objects takes longer. */
const CLIENTS_IN_KEY = 2 ** 22;
export const MOST_CLIENTS = CLIENTS_IN_KEY;

interface Client {
  readonly kind: ClientKind;
  /** The number of its caller. */
  readonly caller: number;
  /** When it first asked for what it is waiting for; undefined while it waits for nothing. */
  waitingSince: number | undefined;
  /** When its credentials end, in milliseconds since the epoch. */
  expiresAt: number;
}

interface Group {
  readonly kind: ClientKind;
  readonly firstClient: number;
  readonly firstCaller: number;
  readonly callers: number;
}

function groupsOf(kinds: readonly ClientKind[]): readonly Group[] {
  let firstClient = 0;
  let firstCaller = 0;
  return kinds.map((kind) => {
    const callers = Math.max(1, Math.ceil(kind.count / kind.clientsPerCaller));
    const group = { kind, firstClient, firstCaller, callers };
    firstClient += kind.count;
    firstCaller += callers;
    return group;
  });
}

class Run {
  readonly #scenario: Scenario;
  readonly #time = new VirtualTime();
  readonly #meter: Meter;
  readonly #fleet: Fleet;
  readonly #random: Random;
  readonly #groups: readonly Group[];
  readonly #arrivals: Float64Array;
  #arrived = 0;

  constructor(scenario: Scenario) {
    const { hours, seed, hasJitter, kinds } = scenario;
    this.#scenario = scenario;
    this.#meter = new Meter(Math.ceil(hours * 3600));
    this.#random = seededRandom(seed);
    // Numbers of its own: what clients are told must not depend on which instance they came to.
    const told = seededRandom(seed + 1);
    this.#fleet = createFleet(this.#time, this.#meter, { ...scenario, random: hasJitter ? told : () => 0 });
    this.#groups = groupsOf(kinds);
    this.#arrivals = this.#planArrivals(told);
  }

  #planArrivals(told: Random): Float64Array {
    const keys: number[] = [];
    for (const { kind, firstClient } of this.#groups) {
      for (let client = firstClient; client < firstClient + kind.count; client += 1) {
        const at = kind.isProvided
          ? this.#firstRenewal(kind, told)
          : kind.starts(this.#random, this.#scenario.hours);
        keys.push(Math.floor(at / TICK_MS) * CLIENTS_IN_KEY + client);
      }
    }
    return Float64Array.from(keys).sort();
  }

  /** Of credentials that were issued at the start. */
  #firstRenewal({ durationSeconds, wire }: ClientKind, told: Random): number {
    const issuedAt = this.#time.now();
    const lifetime = { issuedAt, expiresAt: new Date(issuedAt.getTime() + durationSeconds * 1000) };
    const random = this.#scenario.hasJitter ? told : () => 0;
    if (wire === 'sts') {
      const expiresAt = expirationToTell(lifetime, random).getTime();
      return this.#time.since(new Date(asLibrary(expiresAt, issuedAt.getTime()).asksAgainAt));
    }
    return this.#time.since(refreshAfter(lifetime, random, this.#scenario.window));
  }

  #clientOf(number: number): Client | undefined {
    const group = this.#groups.findLast(({ firstClient }) => firstClient <= number);
    if (!group) return undefined;
    const { kind, firstClient, firstCaller, callers } = group;
    const caller = firstCaller + ((number - firstClient) % callers);
    const expiresAt = kind.isProvided
      ? this.#time.now().getTime() - this.#time.elapsedMs + kind.durationSeconds * 1000
      : Number.POSITIVE_INFINITY;
    return { kind, caller, waitingSince: undefined, expiresAt };
  }

  /** Lets the clients come whose time it is, and plans the next ones: few of them are in memory before they come. */
  #letArrive(): void {
    const now = this.#time.elapsedMs;
    for (;;) {
      const key = this.#arrivals[this.#arrived];
      if (key === undefined) return;
      const at = Math.floor(key / CLIENTS_IN_KEY) * TICK_MS;
      if (at > now) {
        this.#time.at(at, () => this.#letArrive());
        return;
      }
      this.#arrived += 1;
      const client = this.#clientOf(key % CLIENTS_IN_KEY);
      if (client) this.#time.start(() => this.#ask(client));
    }
  }

  async #ask(client: Client): Promise<void> {
    const { kind, caller } = client;
    const { instances, hasAffinity } = this.#scenario;
    client.waitingSince ??= this.#time.elapsedMs;
    this.#meter.request(Math.floor(this.#time.elapsedMs / 1000));
    const answer = await this.#fleet.ask({
      caller: { provider: kind.provider, number: caller },
      ...{ wire: kind.wire, durationSeconds: kind.durationSeconds },
      instance: hasAffinity ? caller % instances : Math.floor(this.#random() * instances),
    });
    const told = readAnswer(answer, kind.wire, this.#time.now().getTime());
    if (told) this.#use(client, told);
    else this.#askAgain(client, this.#time.elapsedMs + waitAfter(answer, kind.waits));
  }

  #use(client: Client, { expiresAt, asksAgainAt }: Told): void {
    const now = this.#time.now().getTime();
    if (now > client.expiresAt) this.#meter.ranOut += 1;
    this.#meter.waited((this.#time.elapsedMs - (client.waitingSince ?? this.#time.elapsedMs)) / 1000);
    client.waitingSince = undefined;
    client.expiresAt = expiresAt;
    const { renews } = client.kind;
    if (renews === 'as told') this.#askAgain(client, this.#time.since(new Date(asksAgainAt)));
    if (renews === 'each second') this.#askAgain(client, this.#time.elapsedMs + 1000);
  }

  #askAgain(client: Client, at: number): void {
    const end = this.#scenario.hours * HOUR_MS;
    if (at < end) this.#time.at(at, () => this.#time.start(() => this.#ask(client)));
    else if (client.waitingSince !== undefined) this.#meter.waiting += 1;
  }

  async figures(onHour: OnHour): Promise<Figures> {
    const { hours, deployedAt } = this.#scenario;
    if (deployedAt !== undefined) this.#time.at(deployedAt, () => this.#fleet.replaceInstances());
    this.#letArrive();
    for (let hour = 1; hour < hours; hour += 1) {
      await this.#time.runUntil(hour * HOUR_MS);
      onHour(hour);
    }
    await this.#time.runUntil(hours * HOUR_MS);
    return this.#meter.figures();
  }
}

/** Memory grows with the clients that are active, with what the instances keep, and with the simulated seconds. */
export const simulate = (scenario: Scenario, onHour: OnHour = () => undefined): Promise<Figures> =>
  new Run(scenario).figures(onHour);
