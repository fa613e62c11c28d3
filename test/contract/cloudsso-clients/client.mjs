// Uses @alicloud/credentials as its reader would: what is in the current profile. Prints a line of JSON.
import credentials from '@alicloud/credentials';

const { default: Credential } = credentials;

const answer = await new Credential().getCredential().then(
  ({ accessKeyId, accessKeySecret, securityToken }) => ({ accessKeyId, accessKeySecret, securityToken }),
  (error) => ({ error: error.message }),
);
console.log(JSON.stringify(answer));
