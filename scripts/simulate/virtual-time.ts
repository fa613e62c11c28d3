// The clock of a simulation. Time passes only between events: a day takes as long as its events take to compute. The code under
// simulation reads it as its `Clock`, waits on it where it waits for another service, and has its deadlines from it.
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { WithinDeadline } from '../../shared/kernel/within-deadline.ts';

/** Events of the same tenth of a second happen together. Finer steps change no figure and cost a turn of the event loop each. */
export const TICK_MS = 100;
/** The start of every simulation: midnight, so that a storm on the hour is a storm at a multiple of an hour. */
const EPOCH_MS = Date.UTC(2026, 0, 1);

interface Event {
  readonly tick: number;
  /** Events of one tick happen in the order in which they were planned. */
  readonly order: number;
  run: (() => void) | undefined;
}

const isBefore = (one: Event, other: Event): boolean =>
  one.tick < other.tick || (one.tick === other.tick && one.order < other.order);

export class VirtualTime implements Clock {
  #tick = 0;
  #planned = 0;
  /** A binary heap, the next event first. */
  readonly #events: Event[] = [];
  #bug: unknown;

  now(): Date {
    return new Date(EPOCH_MS + this.elapsedMs);
  }

  /** Milliseconds since the start. */
  get elapsedMs(): number {
    return this.#tick * TICK_MS;
  }

  /** Milliseconds from the start to a date that the code under simulation told. */
  since(date: Date): number {
    return date.getTime() - EPOCH_MS;
  }

  /** Runs this at that time, in milliseconds since the start; a time that has passed is the next tick. Returns how to call it off. */
  at(milliseconds: number, run: () => void): () => void {
    this.#planned += 1;
    const tick = Math.max(Math.ceil(milliseconds / TICK_MS), this.#tick + 1);
    const event: Event = { tick, order: this.#planned, run };
    this.#push(event);
    return () => {
      event.run = undefined;
    };
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.at(this.elapsedMs + milliseconds, resolve));
  }

  /** As the kernel's, on this clock. No port of a simulation takes a signal. */
  readonly within: WithinDeadline = (milliseconds, work, onDeadline) =>
    new Promise((resolve, reject) => {
      const callOff = this.at(this.elapsedMs + milliseconds, () => reject(onDeadline()));
      work(NEVER_ABORTED).then(resolve, reject).finally(callOff);
    });

  /** Runs work that the simulation does not wait for. A bug in it ends the simulation. */
  start(work: () => Promise<void>): void {
    work().catch((bug: unknown) => {
      this.#bug ??= bug;
    });
  }

  /** Lets time pass to this many milliseconds since the start. Rejects with the first bug. */
  async runUntil(milliseconds: number): Promise<void> {
    const last = Math.floor(milliseconds / TICK_MS);
    for (let next = this.#peek(); next && next.tick <= last; next = this.#peek()) {
      this.#tick = next.tick;
      this.#runTick();
      // Every promise that can settle without time passing settles before the next event.
      await turn();
      if (this.#bug) throw this.#bug;
    }
    this.#tick = Math.max(this.#tick, last);
  }

  #runTick(): void {
    for (let next = this.#peek(); next && next.tick === this.#tick; next = this.#peek()) {
      this.#pop();
      next.run?.();
    }
  }

  /** The next event that was not called off. */
  #peek(): Event | undefined {
    while (this.#events[0] && !this.#events[0].run) this.#pop();
    return this.#events[0];
  }

  #push(event: Event): void {
    const heap = this.#events;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (!above || !isBefore(event, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#events;
    const moved = heap.pop();
    if (!moved || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      if (!left) break;
      const child = right && isBefore(right, left) ? right : left;
      if (!isBefore(child, moved)) break;
      heap[at] = child;
      at = child === left ? 2 * at + 1 : 2 * at + 2;
    }
    heap[at] = moved;
  }
}

const NEVER_ABORTED = new AbortController().signal;
