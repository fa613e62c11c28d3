// Tests that run what a document shows see every block of it, with the place that it has there.
import { describe, expect, it } from 'vitest';
import { blocksOf } from '../support/document-blocks.ts';

const PAGE = `# A page

\`\`\`
curl one
\`\`\`

## Some YAML: a job

\`\`\`yaml title
# no heading
a: |
  \`\`b
\`\`\`

1. In a list

   \`\`\`sh
   if true
     then x
   \`\`\`

\`\`\`\`md
\`\`\`js
inner
\`\`\`
\`\`\`\`

\`inline\` and
\`\`\`never closed
`;

describe('the blocks of a document', () => {
  it('have their language, the heading above and their line', () => {
    expect(blocksOf(PAGE)).toEqual([
      { language: '', heading: 'A page', text: 'curl one\n', line: 3 },
      { language: 'yaml', heading: 'Some YAML: a job', text: '# no heading\na: |\n  ``b\n', line: 9 },
      { language: 'sh', heading: 'Some YAML: a job', text: 'if true\n  then x\n', line: 17 },
      { language: 'md', heading: 'Some YAML: a job', text: '```js\ninner\n```\n', line: 22 },
    ]);
  });
});
