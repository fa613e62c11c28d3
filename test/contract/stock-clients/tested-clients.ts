// The page docs/tested-clients.md: the table that a run of the tests gave.
const HEAD = `# Tested clients

Which programs take Stint's credentials, unmodified, and in which mode. In every cell that says _works_ the program took
credentials of a role from Stint, signed a request with them, and got the answer that the caller is that role.

- **OIDC**: [the STS wire](stock-clients.md)
- **URI**: [the agent](agent.md), by \`ALIBABA_CLOUD_CREDENTIALS_URI\`
- **External**: a profile whose \`process_command\` is
  [\`stint credentials --format credential-process\`](command-line.md)
- **CloudSSO**: a profile of mode CloudSSO, by [the CloudSSO dialect](cloudsso.md)
- **ECS metadata**: [the agent](agent.md#the-metadata-service-of-ecs) at 100.100.100.200
- **AWS container**: the agent with \`--aws\`
- **OSS authorization server**: the agent, as [the OSS SDKs of phones](for-browser-and-mobile-developers.md#android-and-ios) ask it
- **token exchange**: [\`POST /v1/token\`](token-exchange.md)

A dash says that the program has no such mode, or that it was not tried.

## In every run of the tests

\`test/contract/stock-clients.test.ts\` writes this table, with the versions that the programs themselves tell, and CI fails if a
run gives another one. The keys are checked by GetCallerIdentity of the local cloud. Java's library is the newest that Maven Central
has.

`;

export const renderTestedClients = (table: string): string => `${HEAD}${table}`;
