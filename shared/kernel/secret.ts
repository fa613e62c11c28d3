// A value that no log, error message or JSON shows by accident. `reveal` marks each place where it leaves.

const REDACTED = '[secret]';
/** https://nodejs.org/api/util.html#utilinspectcustom, without loading node:util, which the command line does not need. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [INSPECT](): string {
    return REDACTED;
  }
}
