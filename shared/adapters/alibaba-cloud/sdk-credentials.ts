// Our own credentials as Alibaba Cloud's generated SDKs take them. They ask at every call, so that rotation needs no
// new client.
import type { CloudCredentials } from './cloud-credentials.ts';

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
