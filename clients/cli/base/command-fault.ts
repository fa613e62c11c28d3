// What went wrong, in words that say what to do next, and how the command ends. Never holds a token.
import { err } from '../../../shared/kernel/result.ts';
import { EXIT, type ExitCode } from './exit-code.ts';

export interface CommandFault {
  readonly message: string;
  readonly exitCode: ExitCode;
}

const faultOf =
  (exitCode: ExitCode) =>
  (message: string): { readonly ok: false; readonly error: CommandFault } =>
    err({ message, exitCode });

export const wrongUsage = faultOf(EXIT.usage);
export const serviceFailed = faultOf(EXIT.service);
export const refused = faultOf(EXIT.refused);
