// The store of people's recent activity.
import type { Result } from '../kernel/result.ts';
import type { StoreFault } from '../kernel/store-fault.ts';
import type { Activity } from './activity.ts';
import type { PersonKey } from './person.ts';

export interface ActivityStore {
  note(person: PersonKey, activity: Activity): Promise<Result<void, StoreFault>>;
  /** The newest first. */
  recent(person: PersonKey): Promise<Result<readonly Activity[], StoreFault>>;
}
