import type { Check } from '../../src/doctor/check.js'
import { run } from '../cli/support.js'
import { testKey } from './database.js'
import type { System } from './system.js'

/** What `carillon doctor` says of a system under this name. */
export async function examined(system: System, name: string): Promise<Check[]> {
  const env = {
    TEMPORAL_ADDRESS: system.address,
    TEMPORAL_NAMESPACE: system.namespace,
    DATABASE_URL: system.databaseUrl,
    CARILLON_ENCRYPTION_KEY: testKey.toString('base64'),
    CARILLON_OPERATOR: system.operator,
  }
  const { stdout } = await run(['doctor', '--json'], { io: { env } })
  return (JSON.parse(stdout) as { checks: Check[] }).checks.filter((check) => check.name === name)
}
