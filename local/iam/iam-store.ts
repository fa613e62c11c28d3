// The local RAM's state: keys by AccessKeyId, roles by ARN, sessions by AccessKeyId, in one lmdb file.
import { open } from 'lmdb';
import {
  type Key,
  type KeyRecord,
  type Role,
  type RoleRecord,
  reviveKey,
  reviveRole,
  reviveSession,
  type Session,
  type SessionRecord,
} from './entities.ts';
import { type KeptMap, keptMap } from './kept-map.ts';

export interface IamStore {
  readonly keys: KeptMap<KeyRecord, Key>;
  readonly roles: KeptMap<RoleRecord, Role>;
  readonly sessions: KeptMap<SessionRecord, Session>;
  close(): Promise<void>;
}

export function openIamStore(file: string): IamStore {
  const root = open({ path: file, noSubdir: true, maxDbs: 3 });
  return {
    keys: keptMap(root.openDB<KeyRecord, string>({ name: 'keys', encoding: 'json' }), reviveKey),
    roles: keptMap(root.openDB<RoleRecord, string>({ name: 'roles', encoding: 'json' }), reviveRole),
    sessions: keptMap(
      root.openDB<SessionRecord, string>({ name: 'sessions', encoding: 'json' }),
      reviveSession,
    ),
    close: () => root.close(),
  };
}
