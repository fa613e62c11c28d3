// The page that carries a SAML message to the service provider by a form (HTTP-POST binding); a button where no script runs.
import { createHash } from 'node:crypto';
import { escapeXml } from './response-xml.ts';

const SUBMIT = 'document.forms[0].submit()';
const SCRIPT_HASH = createHash('sha256').update(SUBMIT).digest('base64');

export const POST_PAGE_POLICY = `default-src 'none'; script-src 'sha256-${SCRIPT_HASH}'; frame-ancestors 'none'`;

export function postPage(action: string, fields: Readonly<Record<string, string>>): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapeXml(value)}">`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Signing in</title>
<form method="post" action="${escapeXml(action)}">
${inputs.join('\n')}
<button>Continue</button>
</form>
<script>${SUBMIT}</script>
</html>
`;
}
