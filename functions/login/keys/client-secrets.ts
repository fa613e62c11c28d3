// The client secrets that identity providers gave Stint, by connection, as the environment has them or `stint secret set` wrote
// them.
import * as z from 'zod';
import { ConnectionId } from '../../../shared/kernel/names.ts';
import { Secret } from '../../../shared/kernel/secret.ts';

/** As many as a document may have connections. */
const MAX_SECRETS = 20;
/** Secrets of known vendors have 24 to 128 characters; the environment of Function Compute holds 4 KB. */
const MAX_SECRET_CHARACTERS = 512;
/** No control character, such as a line break left over from a file, and no surrogate, which UTF-8 cannot encode. */
const SENDABLE = /^[^\p{Cc}\p{Cs}]+$/u;

export const ClientSecret = z
  .string()
  .max(MAX_SECRET_CHARACTERS)
  .regex(SENDABLE)
  .transform((text) => new Secret(text));

export type ClientSecrets = ReadonlyMap<string, Secret<string>>;

export const ClientSecrets = z
  .record(ConnectionId, ClientSecret)
  .refine((secrets) => Object.keys(secrets).length <= MAX_SECRETS)
  .transform((secrets): ClientSecrets => new Map(Object.entries(secrets)));
