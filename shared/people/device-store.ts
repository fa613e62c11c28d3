// Where requests of devices wait for a person's approval (RFC 8628).
import type { Result } from '../kernel/result.ts';
import type { StoreFault } from '../kernel/store-fault.ts';
import type { DeviceRequest, DeviceRequestKey } from './device-request.ts';

export interface DeviceStore {
  add(request: DeviceRequest): Promise<Result<'added' | 'known', StoreFault>>;
  find(key: DeviceRequestKey): Promise<Result<DeviceRequest | undefined, StoreFault>>;
  /** As SessionStore's. */
  replace(before: DeviceRequest, after: DeviceRequest): Promise<Result<'replaced' | 'changed', StoreFault>>;
}
