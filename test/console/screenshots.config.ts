import { defineConfig } from 'vitest/config'

/** `npm run screenshots`. */
export default defineConfig({
  test: {
    pool: 'forks',
    include: ['test/console/screenshots.ts'],
    globalSetup: ['test/support/shared-servers.ts'],
    testTimeout: 900_000,
    hookTimeout: 180_000,
  },
})
