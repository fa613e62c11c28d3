// The SDKs without the modules that no function can reach: what is asked of them works, and what is left out says so.

import { createRequire } from 'node:module';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { BANNER } from '../../../scripts/build/banner.ts';
import { leaveOut, STS_RUNTIME_UNUSED, TABLESTORE_UNUSED } from '../../../scripts/build/leave-out.ts';

const RULES = [TABLESTORE_UNUSED, ...STS_RUNTIME_UNUSED];
const ENTRY = `
export { default as tablestore } from 'tablestore';
export { default as protocol } from 'tablestore/lib/protocol/tablestore_compiled_proto.js';
export { AssumeRoleRequest } from '@alicloud/sts20150401/dist/models/AssumeRoleRequest.js';
export { doAction } from '@darabonba/typescript';
`;

interface Message {
  finish(): Uint8Array;
}
interface Bundle {
  readonly tablestore: {
    readonly encoder: { encode(operation: string, params: object): object };
    readonly decoder: { decode(operation: string, bytes: Uint8Array): object };
  };
  readonly protocol: {
    readonly main: {
      readonly proto: Readonly<
        Record<'GetRangeRequest' | 'SQLQueryResponse', { encode(message: object): Message }>
      >;
    };
  };
  readonly AssumeRoleRequest: new (fields: object) => { toMap(): object };
  readonly doAction: (request: object) => Promise<unknown>;
}

let sdk: Bundle;
let inputs: readonly string[];

beforeAll(async () => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: ENTRY, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'cjs',
    banner: { js: BANNER },
    plugins: [leaveOut(RULES)],
  });
  const module = { exports: {} };
  new Function('require', 'module', 'exports', outputFiles[0]?.text ?? '')(
    createRequire(import.meta.url),
    module,
    module.exports,
  );
  sdk = module.exports as Bundle;
  inputs = Object.keys(metafile.inputs);
});

describe('what is left out', () => {
  it('is found in the packages, all of it', () => {
    const wanted = RULES.flatMap(({ importer, modules }) =>
      modules.map((name) => `left-out:${importer}: ${name}`),
    );
    expect(inputs.filter((input) => input.startsWith('left-out:')).sort()).toEqual(wanted.sort());
  });

  it('is not needed to write a request and to read an answer', () => {
    const { encoder, decoder } = sdk.tablestore;
    const ends = { inclusiveStartPrimaryKey: [{ key: 'a' }], exclusiveEndPrimaryKey: [{ key: 'b' }] };
    const message = encoder.encode('getRange', {
      tableName: 't',
      direction: 'FORWARD',
      maxVersions: 1,
      ...ends,
    });
    expect(sdk.protocol.main.proto.GetRangeRequest.encode(message).finish().length).toBeGreaterThan(0);
    expect(() => decoder.decode('putRow', new Uint8Array())).toThrow("missing required 'consumed'");
    expect(new sdk.AssumeRoleRequest({ roleArn: 'r' }).toMap()).toEqual({ RoleArn: 'r' });
  });

  it('fails by its name when it is used', async () => {
    const answer = { rows: Uint8Array.of(1), version: 2, type: 1, consumes: [] };
    const bytes = sdk.protocol.main.proto.SQLQueryResponse.encode(answer).finish();
    expect(() => sdk.tablestore.decoder.decode('SQLQuery', bytes)).toThrow(
      'flatbuffers is not in the bundle',
    );
    const request = { query: {}, headers: { host: 'sts.example' } };
    await expect(sdk.doAction(request)).rejects.toThrow('httpx is not in the bundle');
  });
});
