// The code of an error of the operating system, such as ENOENT.

export const systemErrorCode = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
