import { defineConfig } from 'vitest/config'

/**
 * `npm run bench:<name>`: measures, and fails where a ratio of one run is not as it must be. Each prints the machine's
 * load beside its figures.
 */
export default defineConfig({
  test: {
    include: ['bench/**/*.bench.ts'],
    globalSetup: ['test/support/shared-servers.ts'],
    pool: 'forks',
    testTimeout: 3_600_000,
    hookTimeout: 180_000,
  },
})
