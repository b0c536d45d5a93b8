import { createIo } from '../../src/cli/process-io.js'
import { run, type Ran } from '../cli/support.js'
import { testKey } from './database.js'
import type { System } from './system.js'

// One for all: each would hear of what goes wrong with this process's output.
const { connect } = createIo()

/** A command of the CLI at the real system, in the test's own process. */
export async function cliOf(
  system: System,
  args: string[],
  {
    key = testKey.toString('base64'),
    environment = {},
  }: { key?: string; environment?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  const env = {
    ...process.env,
    TEMPORAL_ADDRESS: system.address,
    TEMPORAL_NAMESPACE: system.namespace,
    DATABASE_URL: system.databaseUrl,
    CARILLON_OPERATOR: system.operator,
    CARILLON_ENCRYPTION_KEY: key,
    ...environment,
  }
  return await run(args, { io: { env, connect, now: () => new Date() } })
}
