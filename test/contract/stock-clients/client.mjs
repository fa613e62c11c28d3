// Uses @alicloud/credentials as its reader would, and the SDK of STS with it. Prints a line of JSON for each call.
import { createRequire } from 'node:module';
import credentials from '@alicloud/credentials';
import openapi from '@alicloud/openapi-core';
import sts from '@alicloud/sts20150401';

const { default: Credential, Config } = credentials;
const [cloud, calls] = process.argv.slice(2);
const { version } = createRequire(import.meta.url)('@alicloud/credentials/package.json');

const configOf = ({ type, ...own }) =>
  type === 'oidc_role_arn'
    ? new Config({
        type,
        oidcProviderArn: 'acs:ram::1234567890123456:oidc-provider/stint',
        roleSessionName: 'stint-test',
        roleArn: own.roleArn,
        oidcTokenFilePath: own.tokenFile,
        stsEndpoint: own.endpoint,
        policy: own.policy,
      })
    : new Config({ type });

async function use(call) {
  const credential = call.type === undefined ? new Credential() : new Credential(configOf(call));
  const { accessKeyId } = await credential.getCredential();
  const config = new openapi.$OpenApiUtil.Config({ credential, endpoint: cloud, protocol: 'http' });
  const { body } = await new sts.default(config).getCallerIdentity();
  return { accessKeyId, arn: body.arn };
}

for (const call of JSON.parse(calls)) {
  const answer = await use(call).catch((error) => ({ error: error.message }));
  console.log(JSON.stringify({ call: call.call, version, ...answer }));
}
