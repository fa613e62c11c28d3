// The name of a subject or group as an administrator writes it: compared byte for byte, never normalised.
import * as z from 'zod';
import { MAX_PRINCIPAL_NAME_BYTES } from './principal-key.ts';

/** Control, format (zero width, text direction), surrogate and line separator characters: a reviewer cannot see them. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

export const PrincipalName = z
  .string()
  .min(1)
  .refine(
    (name) => Buffer.byteLength(name) <= MAX_PRINCIPAL_NAME_BYTES,
    `use at most ${MAX_PRINCIPAL_NAME_BYTES} bytes`,
  )
  .refine(
    (name) => !INVISIBLE.test(name),
    'remove the control or invisible characters; where a caller’s name has them, write anyone: true and compare it in when',
  );
