// STS AssumeRole, as this stage asks for it.
import type { Result } from '../../kernel/result.ts';
import type { AssumedRole, AssumeFault, AssumeOrder } from './assumed-role.ts';

export interface RoleAssumer {
  assume(order: AssumeOrder): Promise<Result<AssumedRole, AssumeFault>>;
}
