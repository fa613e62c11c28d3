// The client secrets that identity providers gave Stint, by connection, as the environment has them or `stint secret set` wrote
// them.
import * as z from 'zod';
import { isClientSecret } from '../../../shared/kernel/client-secret.ts';
import { ConnectionId } from '../../../shared/kernel/names.ts';
import { Secret } from '../../../shared/kernel/secret.ts';

/** As many as a document may have connections. */
const MAX_SECRETS = 20;
export const ClientSecret = z
  .string()
  .refine(isClientSecret)
  .transform((text) => new Secret(text));

export type ClientSecrets = ReadonlyMap<string, Secret<string>>;

export const ClientSecrets = z
  .record(ConnectionId, ClientSecret)
  .refine((secrets) => Object.keys(secrets).length <= MAX_SECRETS)
  .transform((secrets): ClientSecrets => new Map(Object.entries(secrets)));
