import { Connection } from '@temporalio/client'
import type { TemporalSecurity } from '../../settings/temporal-connection.js'
import { temporalTrouble, troubleText } from '../../settings/temporal-trouble.js'
import { StackError } from '../errors.js'

/** @throws StackError that says why Temporal is not reached, and what to do */
export async function connectTemporal(
  address: string,
  { security, timeoutMs }: { security: TemporalSecurity; timeoutMs: number },
): Promise<Connection> {
  try {
    return await Connection.connect({ ...security, address, connectTimeout: timeoutMs })
  } catch (error) {
    throw new StackError(troubleText(await temporalTrouble(address, security, error)), { cause: error })
  }
}
