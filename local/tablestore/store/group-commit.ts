// Makes concurrent writes durable together: all that arrive in one turn of the event loop share one transaction and
// one flush to disk. A write's promise settles only after the flush.

interface Waiting {
  run(): void;
  settle(): void;
  fail(fault: unknown): void;
}

export class GroupCommit {
  readonly #durably: (run: () => void) => void;
  #waiting: Waiting[] = [];

  /** `durably` runs a function in a transaction, all or nothing, and returns after it is on disk. */
  constructor(durably: (run: () => void) => void) {
    this.#durably = durably;
  }

  write<T>(change: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: T;
      this.#waiting.push({
        run: () => {
          result = change();
        },
        settle: () => resolve(result),
        fail: reject,
      });
      if (this.#waiting.length === 1) setImmediate(() => this.#commit());
    });
  }

  #commit(): void {
    const group = this.#waiting;
    this.#waiting = [];
    try {
      this.#durably(() => {
        for (const write of group) write.run();
      });
    } catch (fault) {
      // The transaction was abandoned: none of the group happened.
      for (const write of group) write.fail(fault);
      return;
    }
    for (const write of group) write.settle();
  }
}
