// The agent's server as it is measured: the wires of one role, whose credentials come from no deployment.
import { healthWire, uriWire } from '../../clients/cli/agent/credential-wires.ts';
import { keepRole } from '../../clients/cli/agent/keep-role.ts';
import { serveWires } from '../../clients/cli/agent/serve-wires.ts';
import { ok } from '../../shared/kernel/result.ts';
import { Secret } from '../../shared/kernel/secret.ts';

const { PORT, SECRET = '' } = process.env;
/** As long as those of STS. */
const TOKEN_CHARACTERS = 800;

const media = keepRole('media-uploader', {
  onRenewal: () => undefined,
  take: async () =>
    ok({
      accessKeyId: 'STS.NvGvPvdhqcOziA6MdlWa6u9j',
      accessKeySecret: 'a'.repeat(44),
      securityToken: 'b'.repeat(TOKEN_CHARACTERS),
      expiration: new Date(Date.now() + 3_600_000).toISOString(),
    }),
});
const roles = new Map([['media-uploader', media]]);

void serveWires({
  wires: [uriWire(roles, new Secret(SECRET)), healthWire(roles)],
  address: '127.0.0.1',
  port: Number(PORT),
  users: new Set([process.getuid?.() ?? 0]),
});
