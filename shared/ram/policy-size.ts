// How large a session policy may be.

/** STS AssumeRole, error InvalidParameter.PolicySize: its text counts bytes where the parameter table says characters. */
export const MAX_SESSION_POLICY_BYTES = 2048;

/** UTF-8 bytes of a policy as it is sent. */
export function policyBytes(json: string): number {
  return Buffer.byteLength(json, 'utf8');
}

/** What STS still has room for; negative by as much as a policy is too large. */
export function bytesLeft(json: string): number {
  return MAX_SESSION_POLICY_BYTES - policyBytes(json);
}
