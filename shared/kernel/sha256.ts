// SHA-256 of a text (UTF-8): the digest that names things here. In one call, since a hash object costs more than the hash.
import { hash } from 'node:crypto';

export const sha256 = (text: string, encoding: 'hex' | 'base64url'): string => hash('sha256', text, encoding);
