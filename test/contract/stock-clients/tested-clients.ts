// The page docs/tested-clients.md: the table that a run of the tests gave, and what was tried by hand.
import { MODES, type Mode, renderTable } from '../../support/client-cells.ts';

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

/** In no registry that CI reaches, or too large for it. `saw` begins with `works` only after GetCallerIdentity answered. */
interface Trial {
  readonly client: string;
  readonly mode: Mode;
  readonly date: string;
  readonly saw: string;
}

const on =
  (date: string, client: string) =>
  (mode: Mode, saw: string): Trial => ({ client, mode, date, saw });
const aliyun = on('2026-11-30', 'aliyun 3.4.11');
const java = on('2026-11-30', 'credentials-java 1.0.6');
const terraform = on('2026-11-30', 'Terraform 1.11.4, alicloud 1.289.0');
const ossutil = on('2026-11-30', 'ossutil 1.7.19');

const TRIALS: readonly Trial[] = [
  aliyun('oidc', 'works; by a profile'),
  aliyun('uri', 'works'),
  aliyun('external', 'works'),
  aliyun('cloudsso', 'works, from `aliyun configure` on'),
  aliyun('metadata', 'works'),
  java('oidc', 'works'),
  java('external', 'works'),
  java('cloudsso', 'not seen: it drops the port of the sign-in URL, and the test had no port 443'),
  terraform(
    'oidc',
    'takes the keys; its own requests to STS then go to Stint, too, and fail, such as those of `alicloud_caller_identity`',
  ),
  terraform('uri', 'works'),
  terraform('external', 'works'),
  terraform('cloudsso', 'works'),
  ossutil('uri', 'takes the keys by `ecsAk` and signs with them; the local cloud has no OSS to answer'),
];

const BY_HAND = `
## By hand

In no registry that CI reaches, or too large for it. All were built from their source, unmodified, and run against the same world as the
tests. The provider of Terraform was built with an older SDK of Container Service, to which the types that it lacks were added.

`;

const NOT_RUN = `
Not run: ossutil 2, which comes as a binary alone, and the libraries for PHP and .NET. The tests also replay the requests of
\`aliyun\` byte by byte: that to STS, that of mode CredentialsURI, and the five of mode CloudSSO.
`;

const trials = renderTable(
  ['client', 'mode', 'tried on', 'result'],
  TRIALS.map(({ client, mode, date, saw }) => [client, MODES[mode], date, saw]),
);

/** `table`: of the cells of a run. */
export const renderTestedClients = (table: string): string => `${HEAD}${table}${BY_HAND}${trials}${NOT_RUN}`;
