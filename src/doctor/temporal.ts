import { Client, Connection } from '@temporalio/client'
import type { Addresses } from '../client/connect.js'
import { createPayloadCodec } from '../codec/payload-codec.js'
import { say } from '../domain/sentences/say.js'
import { asItStands } from '../domain/sentences/sentence.js'
import * as searchAttributes from '../protocol/search-attributes.js'
import { placeOf, temporalTrouble } from '../settings/temporal-trouble.js'
import type { KeyRing } from '../store/encryption/key-ring.js'
import { encryptionText } from './transport.js'
import { bad, checked, messageOf, ok, type Check } from './check.js'
import { checkWorkers } from './workers.js'

/** The checks, and the client where it can be used further. The caller closes its connection. */
export async function checkTemporal(
  { temporalAddress, temporalNamespace: namespace, temporalSecurity }: Addresses,
  { ring, nowMs }: { ring: KeyRing; nowMs: () => Promise<number> },
): Promise<{ checks: Check[]; temporal: Client | undefined }> {
  let connection: Connection
  try {
    connection = await Connection.connect({
      ...temporalSecurity,
      address: temporalAddress,
      connectTimeout: 5_000,
    })
  } catch (error) {
    const { found, remedy } = await temporalTrouble(temporalAddress, temporalSecurity, error)
    return { checks: [bad('Temporal', found, remedy)], temporal: undefined }
  }
  const isTls = Boolean(temporalSecurity.tls)
  const how = encryptionText({ host: placeOf(temporalAddress).host, isTls, setting: 'TEMPORAL_TLS' })
  const reached = ok('Temporal', say('doctorTemporal', { address: temporalAddress, how }))
  const found = await checkNamespace(connection, namespace)
  if (found.state === 'bad') {
    await connection.close()
    return { checks: [reached, found], temporal: undefined }
  }
  const dataConverter = { payloadCodecs: [createPayloadCodec(ring)] }
  const temporal = new Client({ connection, namespace, dataConverter })
  const checks = [
    reached,
    found,
    ...(await checked('Attributes', async () => await checkSearchAttributes(connection, namespace))),
    ...(await checkWorkers(temporal, { remedy: say('doctorNpmStart'), nowMs })),
  ]
  return { checks, temporal }
}

async function checkNamespace(connection: Connection, namespace: string): Promise<Check> {
  const name = 'Namespace'
  try {
    await connection.workflowService.describeNamespace({ namespace })
    return ok(name, asItStands(namespace))
  } catch (error) {
    return bad(name, messageOf(error), say('doctorMakeNamespace', { namespace }))
  }
}

async function checkSearchAttributes(connection: Connection, namespace: string): Promise<Check> {
  const name = 'Attributes'
  const wanted = Object.values(searchAttributes).map((key) => key.name)
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace })
  const missing = wanted.filter((attribute) => customAttributes[attribute] === undefined)
  if (missing.length === 0) return ok(name, say('doctorAttributes'))
  return bad(name, say('doctorNoAttributes', { names: missing.join(', ') }), say('doctorRegister'))
}
