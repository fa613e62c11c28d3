// The fields of a ceremony's form. A script fills them in, so what is missing came from somewhere else.
import type { LoginContext } from '../http/login-env.ts';

export interface CeremonyForm {
  readonly sealed: string;
  /** The browser's answer, as JSON. */
  readonly answer: string;
  readonly name: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export async function readCeremonyForm(c: LoginContext): Promise<CeremonyForm> {
  const { ceremony, answer, name } = await c.req.parseBody();
  return { sealed: text(ceremony), answer: text(answer), name: text(name) };
}
