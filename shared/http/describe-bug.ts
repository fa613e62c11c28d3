// A bug for the log: only where it was thrown. An error's message may quote what a caller sent, in lines that look like
// frames too.

const MAX_FRAMES = 5;

/** The error's class and its first five stack frames, for the log. */
export function describeBug(error: unknown): { readonly name: string; readonly at: string } {
  if (!(error instanceof Error)) return { name: 'not-an-error', at: '' };
  const stack = (error.stack ?? '').replace(error.message, '');
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
  const at = frames
    .slice(0, MAX_FRAMES)
    .map((line) => line.trim())
    .join(' < ');
  return { name: error.name, at };
}
