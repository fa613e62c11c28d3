// By what a request of a command line is judged: its moment, and how people sign on now.
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';

export interface Moment {
  readonly now: Date;
  readonly signOn: SignOnInForce;
}
