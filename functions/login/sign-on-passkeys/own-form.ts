// The fields of a ceremony's form. A script fills them in, so what is missing came from somewhere else.
import { RETURN_TO } from '../paths/page-paths.ts';
import type { LoginContext } from '../request/login-env.ts';
import { readForm } from '../request/read-request.ts';

export interface CeremonyForm {
  readonly sealed: string;
  /** The browser's answer, as JSON. */
  readonly answer: string;
  readonly name: string;
  readonly returnTo: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export async function readCeremonyForm(c: LoginContext): Promise<CeremonyForm> {
  const { ceremony, answer, name, [RETURN_TO]: returnTo } = await readForm(c);
  return { sealed: text(ceremony), answer: text(answer), name: text(name), returnTo: text(returnTo) };
}
