// One value as a type byte followed by its data: inside a cell, and bare (a "SQLVariant") in a column condition.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { ByteReader, type ByteWriter, MalformedPlainBuffer } from './bytes.ts';
import { type PlainValue, VARIANT } from './value.ts';

/** Throws MalformedPlainBuffer for an unknown type. */
export function readVariant(reader: ByteReader): PlainValue {
  const type = reader.byte();
  switch (type) {
    case VARIANT.integer:
      return { type: 'integer', value: reader.int64() };
    case VARIANT.double:
      return { type: 'double', value: reader.double() };
    case VARIANT.boolean:
      return { type: 'boolean', value: reader.byte() !== 0 };
    case VARIANT.string:
      return { type: 'string', value: reader.block() };
    case VARIANT.blob:
      return { type: 'blob', value: reader.block() };
    case VARIANT['inf-min']:
      return { type: 'inf-min' };
    case VARIANT['inf-max']:
      return { type: 'inf-max' };
    case VARIANT['auto-increment']:
      return { type: 'auto-increment' };
    default:
      throw new MalformedPlainBuffer(`unknown value type ${type}`);
  }
}

/** Writes the type byte and the value. */
export function writeVariant(writer: ByteWriter, value: PlainValue): void {
  writer.byte(VARIANT[value.type]);
  if (value.type === 'integer') writer.int64(value.value);
  else if (value.type === 'double') writer.double(value.value);
  else if (value.type === 'boolean') writer.byte(value.value ? 1 : 0);
  else if (value.type === 'string' || value.type === 'blob') writer.block(value.value);
}

/** Bytes of the value after its length field. */
export function variantLength(value: PlainValue): number {
  switch (value.type) {
    case 'integer':
    case 'double':
      return 9;
    case 'boolean':
      return 2;
    case 'string':
    case 'blob':
      return 5 + value.value.length;
    default:
      return 1;
  }
}

/** A bare value, as in a column condition; the error says what is malformed. */
export function decodeVariant(bytes: Buffer): Result<PlainValue, string> {
  try {
    return ok(readVariant(new ByteReader(bytes)));
  } catch (fault) {
    if (fault instanceof MalformedPlainBuffer) return err(fault.message);
    throw fault;
  }
}
