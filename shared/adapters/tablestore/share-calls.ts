// Asks of concurrent requests that go to Tablestore in one call. A call costs several times what a row in it costs.

export interface Sharing<Ask> {
  /** What Tablestore takes in one call, in rows. */
  readonly maxSize: number;
  /** The rows of an ask; `maxSize` at most. */
  readonly sizeOf: (ask: Ask) => number;
  /** While so many calls are under way, further asks wait for each other. */
  readonly calls: number;
  /** No ask waits longer, whatever is under way. Undefined: until a call has ended. */
  readonly maxWaitMs?: number;
}

interface Waiting<Ask, Answer> {
  readonly ask: Ask;
  readonly settle: (answer: Answer) => void;
  readonly fail: (bug: unknown) => void;
}

/**
 * `call` gives the answers in the order of the asks. An ask that comes alone does not wait. Each promise settles with the answer to
 * its own ask; it rejects when `call` does, which is a bug, so that no request waits for ever.
 */
export function shareCalls<Ask, Answer>(
  { maxSize, sizeOf, calls, maxWaitMs }: Sharing<Ask>,
  call: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
): (ask: Ask) => Promise<Answer> {
  let waiting: Waiting<Ask, Answer>[] = [];
  let size = 0;
  let underWay = 0;
  let isTurnAwaited = false;
  let timer: NodeJS.Timeout | undefined;

  /** As many of the asks that wait longest as fit into one call. */
  const take = (): readonly Waiting<Ask, Answer>[] => {
    let taken = 0;
    const end = waiting.findIndex(({ ask }, i) => {
      taken += sizeOf(ask);
      return taken > maxSize && i > 0;
    });
    const batch = end === -1 ? waiting : waiting.slice(0, end);
    waiting = waiting.slice(batch.length);
    for (const { ask } of batch) size -= sizeOf(ask);
    return batch;
  };

  const send = async (): Promise<void> => {
    const batch = take();
    underWay += 1;
    try {
      const answers = await call(batch.map(({ ask }) => ask));
      // Undefined may be an answer: only the count tells that one is missing.
      if (answers.length !== batch.length) throw new Error('as many answers as asks');
      for (const [i, { settle }] of batch.entries()) settle(answers[i] as Answer);
    } catch (bug) {
      for (const { fail } of batch) fail(bug);
    } finally {
      underWay -= 1;
    }
    sendDue();
  };

  const sendAll = (): void => {
    timer = undefined;
    while (waiting.length > 0) void send();
  };

  const sendDue = (): void => {
    while (size >= maxSize || (waiting.length > 0 && underWay < calls)) void send();
    if (waiting.length > 0 && maxWaitMs !== undefined && timer === undefined) {
      timer = setTimeout(sendAll, maxWaitMs);
    }
  };

  return (ask) =>
    new Promise((settle, fail) => {
      waiting.push({ ask, settle, fail });
      size += sizeOf(ask);
      if (isTurnAwaited) return;
      isTurnAwaited = true;
      // After this turn, so that requests that came together go together.
      setImmediate(() => {
        isTurnAwaited = false;
        sendDue();
      });
    });
}
