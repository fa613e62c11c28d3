// Asks the agent as a Node.js program does: `@alicloud/credentials`, by its default chain or as on a machine of ECS.
import Credential, { Config } from '@alicloud/credentials';

const [kind = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const client =
    kind === 'metadata'
      ? new Credential.default(new Config({ type: 'ecs_ram_role' }))
      : new Credential.default();
  const { accessKeyId, accessKeySecret, securityToken } = await client.getCredential();
  process.stdout.write(`${JSON.stringify({ accessKeyId, accessKeySecret, securityToken })}\n`);
}

await main();
