import { defineConfig } from 'vitest/config'

/** `npm run bench:<name>`: measures, and asserts nothing. Each prints the machine's load beside its figures. */
export default defineConfig({
  test: {
    include: ['bench/**/*.bench.ts'],
    globalSetup: ['test/support/shared-servers.ts'],
    pool: 'forks',
    testTimeout: 3_600_000,
    hookTimeout: 180_000,
  },
})
