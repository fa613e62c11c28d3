// What the exit code of `stint` tells a script.

export const EXIT = {
  ok: 0,
  /** The access document is wrong: correct it. */
  document: 1,
  /** The command line, a file or the settings are wrong. */
  usage: 2,
  /** The service failed, or someone else applied meanwhile: running it again may work. */
  service: 3,
  /** Nobody is signed in, or what was asked for is not theirs: sign in, or ask for a grant. */
  refused: 4,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
