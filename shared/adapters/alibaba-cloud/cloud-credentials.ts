// The credentials with which Stint itself calls Alibaba Cloud. They rotate, so they are read at every call.
import type { Secret } from '../../kernel/secret.ts';

export interface CloudCredentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: Secret<string>;
  readonly securityToken: Secret<string> | undefined;
}

/**
 * Credentials as Alibaba Cloud's generated SDKs take them. The SDKs ask at every call, so that rotation needs no new
 * client.
 */
export const credentialSource = (credentials: () => CloudCredentials) => ({
  async getCredential() {
    const { accessKeyId, accessKeySecret, securityToken } = credentials();
    return {
      type: securityToken ? 'sts' : 'access_key',
      accessKeyId,
      accessKeySecret: accessKeySecret.reveal(),
      securityToken: securityToken?.reveal() ?? '',
    };
  },
});
