// Writes the tables of test/attack/README.md from the blocks above the tests. A test in test/architecture compares them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderReadme } from './attack-tests/render-readme.ts';

const TESTS = fileURLToPath(new URL('../test/', import.meta.url));
const README = `${TESTS}attack/README.md`;

const names = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);
const tests = new Map(names.map((name) => [`test/${name}`, readFileSync(TESTS + name, 'utf8')]));
const { text, faults } = renderReadme(readFileSync(README, 'utf8'), tests);
if (faults.length === 0) writeFileSync(README, text);
else {
  process.stderr.write(`${faults.join('\n')}\n`);
  process.exitCode = 1;
}
