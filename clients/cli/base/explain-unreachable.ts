// No answer came from a deployment, as a message that says what to do next.
import { type CommandFailure, serviceFailed } from './command-fault.ts';

export const UNTRUSTED =
  'has a certificate that this machine does not accept: if it is of an authority of your company, name the file of that authority’s certificate in NODE_EXTRA_CA_CERTS; else check the URL and the clock of this machine';

/** `isUntrusted`: it is there, but its certificate is not accepted. */
export const unreachable = (url: string, isUntrusted: boolean): CommandFailure =>
  serviceFailed(`${url} ${isUntrusted ? UNTRUSTED : 'cannot be reached: check the URL and the network'}`);
