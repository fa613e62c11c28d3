// Uses @alicloud/credentials as its reader would, and prints a line of JSON for each call.
import credentials from '@alicloud/credentials';

const { default: Credential, Config } = credentials;
const [stsEndpoint, tokenFile, roleArn, wrongTokenFile] = process.argv.slice(2);

const open = (own) =>
  new Credential(
    new Config({
      type: 'oidc_role_arn',
      roleArn,
      oidcProviderArn: 'acs:ram::1234567890123456:oidc-provider/stint',
      oidcTokenFilePath: tokenFile,
      roleSessionName: 'stint-test',
      stsEndpoint,
      ...own,
    }),
  );

async function show(call, client) {
  const answer = await client.getCredential().then(
    ({ accessKeyId, accessKeySecret, securityToken }) => ({ accessKeyId, accessKeySecret, securityToken }),
    (error) => ({ error: error.message }),
  );
  console.log(JSON.stringify({ call, ...answer }));
}

const client = open({});
for (const call of ['first', 'again']) await show(call, client);
await show('path', open({ stsEndpoint: `${stsEndpoint}/sts` }));
await show(
  'policy',
  open({ policy: '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:*","Resource":"*"}]}' }),
);
await show('role', open({ roleArn: 'acs:ram::1234567890123456:role/nobody' }));
await show('token', open({ oidcTokenFilePath: wrongTokenFile }));
