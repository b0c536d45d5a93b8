import { defineConfig } from 'vitest/config'

// `npm run record-histories`: see record.ts.
export default defineConfig({
  test: {
    include: ['test/replay/record.ts'],
    globalSetup: ['test/support/shared-servers.ts'],
    pool: 'forks',
    testTimeout: 600_000,
    hookTimeout: 180_000,
  },
})
