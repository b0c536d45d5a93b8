import { appendFileSync, mkdirSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

// Two cores, and a file waits for timers, paces and other processes most of its time: three at once leave half of them
// idle. With four, what a page does in a moment now and then takes longer than its test waits for.
const common = { pool: 'forks', testTimeout: 60_000, hookTimeout: 180_000 } as const

export default defineConfig({
  test: {
    maxWorkers: 3,
    // Beside what programs write: test/scan looks at all of it.
    onConsoleLog(text) {
      mkdirSync('test-results/logs', { recursive: true })
      appendFileSync('test-results/logs/console.log', text)
    },
    reporters: ['default', ['json', { outputFile: 'test-results/results.json' }]],
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          // They leave nothing behind in a process, and to read the modules anew for each file takes longer than the tests.
          isolate: false,
          include: ['test/{unit,client,cli}/**/*.test.ts', 'test/deploy/*.test.ts'],
        },
      },
      {
        // The commands once more, by way of the API.
        test: {
          ...common,
          name: 'cli by api',
          isolate: false,
          include: ['test/cli/**/*.test.ts'],
          env: { CARILLON_TEST_WAY: 'api' },
        },
      },
      {
        // Each of these files starts what it tests.
        test: {
          ...common,
          name: 'parts',
          include: ['test/{stack,simulator,whatsapp}/**/*.test.ts'],
        },
      },
      {
        // These share one Temporal and one Postgres; each file has its own namespace and database.
        test: {
          ...common,
          name: 'system',
          include: ['test/{store,workflows,replay,e2e,console,proofs,deploy/system}/**/*.test.ts'],
          globalSetup: ['test/support/shared-servers.ts'],
          testTimeout: 180_000,
        },
      },
      {
        // When all others are over: what they left in logs and in the shared Temporal, which is still there.
        test: { ...common, name: 'scan', include: ['test/scan/**/*.test.ts'], sequence: { groupOrder: 1 } },
      },
    ],
  },
})
