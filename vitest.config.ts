import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // As Node.js itself loads CommonJS: the bundled function must not see another module shape than the tests.
    deps: { interopDefault: false },
  },
});
