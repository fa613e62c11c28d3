// Whom a limit counts: only a caller that was proved. What a request merely claims must never key a limit, or anybody
// could use up somebody else's.

export interface Caller {
  readonly provider: string;
  readonly subject: string;
}

/** One text for each caller: an id of a provider holds no `|`. */
export const callerKey = ({ provider, subject }: Caller): string => `${provider}|${subject}`;
