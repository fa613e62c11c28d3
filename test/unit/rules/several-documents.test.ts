// Several files count as one document, and a fault names the file and the line.
import { describe, expect, it } from 'vitest';
import { type DocumentFiles, readDocuments } from '../../../shared/rules/compile/read-documents.ts';
import { edited, VALID } from './documents.ts';

const BASE = { name: 'base.yaml', text: VALID };
const GRANT = `  - id: extra
    to: { provider: app-users, subject: ada }
    role: media-uploader
    sessionPolicy: inherit
`;
const TEAM = { name: 'team.yaml', text: `version: 1\nowner: Media team\ngrants:\n${GRANT}` };

const faultsOf = (...files: DocumentFiles): readonly string[] => {
  const read = readDocuments(files);
  return read.ok
    ? []
    : read.error.map(({ file, line, path, message }) => `${file}:${line} ${path}: ${message}`);
};
const team = (from: string, to: string) => ({ ...TEAM, text: edited(from, to, TEAM.text) });

describe('several documents', () => {
  it('count as one, in the order of the files', () => {
    const read = readDocuments([BASE, TEAM]);
    expect(read.ok && read.value.access.grants.map(({ grant }) => [grant.id, grant.order])).toEqual([
      ['own-prefix', 0],
      ['staff', 1],
      ['extra', 2],
    ]);
    expect(read.ok && read.value.owners).toEqual([{ file: 'team.yaml', owner: 'Media team' }]);
  });

  it('may come in another order, and refer to files further down', () => {
    const read = readDocuments([TEAM, BASE]);
    expect(read.ok && read.value.access.grants.map(({ grant }) => grant.id)).toEqual([
      'extra',
      'own-prefix',
      'staff',
    ]);
  });

  const CASES: readonly (readonly [string, DocumentFiles, string])[] = [
    [
      'an id of two files, naming both places',
      [BASE, team('id: extra', 'id: staff')],
      'team.yaml:4 grants[0].id: give it an id of its own: base.yaml:26 has the same',
    ],
    [
      'an id twice in one file, by its path',
      [TEAM, { ...BASE, text: edited('id: staff', 'id: own-prefix') }],
      'base.yaml:26 grants[1].id: give it an id of its own: grants[0] has the same',
    ],
    [
      'a reference to nothing, in the file that has it',
      [BASE, team('role: media-uploader', 'role: nobody')],
      'team.yaml:6 grants[0].role: name an entry of roles (media-uploader)',
    ],
    [
      'a fault of one file alone',
      [BASE, team('owner: Media team', 'owner: 1')],
      'team.yaml:2 owner: put the value in quotes: text is expected',
    ],
    ['a syntax error', [BASE, team('owner: Media team', 'owner: "Media')], 'team.yaml:'],
    ['a file without a version', [BASE, team('version: 1\n', '')], 'team.yaml:1 version: write 1'],
    ['lists that no file has', [TEAM], 'team.yaml:1 providers: add this key: it is required (array)'],
    [
      'a test of nobody',
      [
        BASE,
        {
          ...TEAM,
          text: `${TEAM.text}tests:\n  - { name: x, as: { provider: nope, subject: a }, role: media-uploader, expect: deny }\n`,
        },
      ],
      'team.yaml:9 tests[0].as.provider: name an entry of providers',
    ],
  ];

  it.each(CASES)('are refused for %s', (_name, files, fault) => {
    expect(faultsOf(...files)[0]).toContain(fault);
  });

  it('have their faults in the order of the files and lines', () => {
    const files = [
      { name: 'z.yaml', text: edited('id: staff', 'id: STAFF') },
      { name: 'a.yaml', text: edited('id: staff', 'id: STAFF', edited('kind: oidc', 'kind: saml')) },
    ] as const;
    expect(faultsOf(...files).map((fault) => fault.split(' ')[0])).toEqual([
      'z.yaml:26',
      'a.yaml:4',
      'a.yaml:26',
    ]);
  });
});
