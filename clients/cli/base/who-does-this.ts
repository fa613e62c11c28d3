// Whom the tables name as the author of a change: the person as the machine knows them, and the access key it was done with.
import type { CloudSettings } from './cloud-settings.ts';
import type { Terminal } from './terminal.ts';

export function formatAuthor(
  { env }: Pick<Terminal, 'env'>,
  { credentials }: Pick<CloudSettings, 'credentials'>,
): string {
  const user = env['USER'] ?? env['USERNAME'] ?? 'unknown';
  return `${user} (${credentials().accessKeyId})`;
}
