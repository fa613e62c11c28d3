// Projects one after the other: e2e and browser start whole services and must not compete with the rest for processors.
import { defineConfig } from 'vitest/config';

/** A fresh start installs nothing, but builds the functions and starts the whole local cloud. */
const E2E_TIMEOUT_MS = 120_000;

/** A test that hangs fails; a slow machine under property tests does not. */
const UNIT_TIMEOUT_MS = 60_000;

export default defineConfig({
  test: {
    // As Node.js itself loads CommonJS: the bundled function must not see another module shape than the tests.
    deps: { interopDefault: false },
    setupFiles: ['test/support/fast-check-seed.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/browser/**'],
          testTimeout: UNIT_TIMEOUT_MS,
          hookTimeout: UNIT_TIMEOUT_MS,
          // Files of a worker share their modules, which took most of the time to load. A test that changes something
          // global, such as the clock, puts it back.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: E2E_TIMEOUT_MS,
          hookTimeout: E2E_TIMEOUT_MS,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: E2E_TIMEOUT_MS,
          hookTimeout: E2E_TIMEOUT_MS,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
