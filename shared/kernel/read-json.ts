// JSON text → the value that a schema describes, for callers that treat every unreadable text alike.
import type * as z from 'zod';
import { parseStrictJson } from './parse-strict-json.ts';

/** Undefined for no text, for text that parseStrictJson refuses, and for a value that the schema refuses. */
export function readJson<Value>(schema: z.ZodType<Value>, text = ''): Value | undefined {
  const json = parseStrictJson(text);
  return json.ok ? schema.safeParse(json.value).data : undefined;
}
