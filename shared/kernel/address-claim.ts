// The claim by which login tells vend for whose browser it asks. Only login may write it, and nobody but vend reads it.

export const ADDRESS_CLAIM = 'caller_address';
