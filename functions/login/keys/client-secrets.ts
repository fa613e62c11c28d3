// What identity providers gave Stint to prove itself with, by connection. Told by the environment, and kept nowhere.
import * as z from 'zod';
import { ConnectionId } from '../../../shared/kernel/names.ts';
import { Secret } from '../../../shared/kernel/secret.ts';

/** As many as a document may have connections. */
const MAX_SECRETS = 20;
/** Vendors' have 24 to 128; Function Compute takes 4 KB of environment in all. */
const MAX_SECRET_CHARACTERS = 512;
/** No control character, which a line break left over from a file is, and nothing that UTF-8 cannot say. */
const SENDABLE = /^[^\p{Cc}\p{Cs}]+$/u;

const ClientSecret = z
  .string()
  .max(MAX_SECRET_CHARACTERS)
  .regex(SENDABLE)
  .transform((text) => new Secret(text));

export type ClientSecrets = ReadonlyMap<string, Secret<string>>;

export const ClientSecrets = z
  .record(ConnectionId, ClientSecret)
  .refine((secrets) => Object.keys(secrets).length <= MAX_SECRETS)
  .transform((secrets): ClientSecrets => new Map(Object.entries(secrets)));
