// JSON text → the value that a schema describes, for whoever has one answer to all that cannot be read.
import type * as z from 'zod';
import { parseStrictJson } from './parse-strict-json.ts';

/** Undefined for no text, for what is not strict JSON, and for any other value. */
export function readJson<Value>(schema: z.ZodType<Value>, text = ''): Value | undefined {
  const json = parseStrictJson(text);
  return json.ok ? schema.safeParse(json.value).data : undefined;
}
