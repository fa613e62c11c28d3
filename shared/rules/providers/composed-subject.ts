// A subject that is made of several claims: their values, joined by slashes. In a value, % is written %25 and / is written %2F,
// so that no value can move the place where another begins: a/b and c is another caller than a and b/c.

const SEPARATOR = '/';

const encode = (value: string): string => value.replaceAll('%', '%25').replaceAll(SEPARATOR, '%2F');

/** Undefined unless each value is a text that is not empty: a number could be the text of the same digits. */
export function composeSubject(values: readonly unknown[]): string | undefined {
  const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
  return values.every(isText) ? values.map(encode).join(SEPARATOR) : undefined;
}

const decode = (part: string): string => part.replaceAll('%2F', SEPARATOR).replaceAll('%25', '%');

/** The values of which the subject is made; undefined when it is not made of `count` values. */
export function splitSubject(subject: string, count: number): readonly string[] | undefined {
  const values = subject.split(SEPARATOR).map(decode);
  return values.length === count && composeSubject(values) === subject ? values : undefined;
}
