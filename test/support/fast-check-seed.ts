// One seed for all property tests, so that a red run is red again, here and in CI. FAST_CHECK_SEED tries another.
import fc from 'fast-check';

const DEFAULT_SEED = 20_261_122;

fc.configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? DEFAULT_SEED) });
