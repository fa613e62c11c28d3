// The store of device requests that wait for approval (RFC 8628).
import type { Result } from '../kernel/result.ts';
import type { StoreFault } from '../kernel/store-fault.ts';
import type { DeviceRequest, DeviceRequestKey } from './device-request.ts';

export interface DeviceStore {
  add(request: DeviceRequest): Promise<Result<'added' | 'known', StoreFault>>;
  find(key: DeviceRequestKey): Promise<Result<DeviceRequest | undefined, StoreFault>>;
  /** As in SessionStore. */
  replace(before: DeviceRequest, after: DeviceRequest): Promise<Result<'replaced' | 'changed', StoreFault>>;
}
