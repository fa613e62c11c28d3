// How a command ends: the exit codes of `stint`, which scripts rely on, and a failure that ends it. The message of a
// failure says what to do next, and never holds a token.
import { err } from '../../../shared/kernel/result.ts';

export const EXIT = {
  ok: 0,
  /** The access document is wrong, one of its tests fails, or a check finds what is wrong: stint doctor, stint role list. */
  document: 1,
  /** The command line, a file or the settings are wrong. */
  usage: 2,
  /** The service failed, or another administrator applied a document meanwhile. Another try may work. */
  service: 3,
  /** No person is signed in, or no grant gives this person what the command asked for. */
  refused: 4,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface CommandFault {
  readonly message: string;
  readonly exitCode: ExitCode;
  /** What the deployment told in Retry-After. Absent: nothing. */
  readonly retryAfterSeconds?: number;
}
/** An error result that can stand for any success type. */
export type CommandFailure = { readonly ok: false; readonly error: CommandFault };

const failureOf =
  (exitCode: ExitCode) =>
  (message: string): CommandFailure =>
    err({ message, exitCode });

export const wrongUsage = failureOf(EXIT.usage);
export const serviceFailed = failureOf(EXIT.service);
export const refused = failureOf(EXIT.refused);
