// A phrase with a number in it, as text that a script in the page can carry on with. Runs in browsers too.

export interface Counted {
  readonly one: string;
  /** `#` stands for the number. */
  readonly other: string;
}

export const formatCount = ({ one, other }: Counted, count: number): string =>
  (count === 1 ? one : other).replace('#', String(count));
