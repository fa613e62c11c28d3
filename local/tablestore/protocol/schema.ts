// Loads the protobuf schema from the installed SDK, so that the server speaks what the client speaks.
import { createRequire } from 'node:module';
import protobuf from 'protobufjs';

const require = createRequire(import.meta.url);

const root = protobuf.loadSync([
  require.resolve('tablestore/lib/protocol/tablestore.proto'),
  require.resolve('tablestore/lib/protocol/tablestore_filter.proto'),
]);

export type MessageType = protobuf.Type;

export const mainType = (name: string): MessageType => root.lookupType(`main.proto.${name}`);
export const filterType = (name: string): MessageType => root.lookupType(`filter.proto.${name}`);
