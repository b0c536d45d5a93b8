import type { SimulatorClient } from '../../simulator/client.js'
import type { ConnectedClient } from '../../src/client/connect.js'
import { CarillonError } from '../../src/client/errors.js'
import { messageOf } from '../../src/stack/errors.js'
import { pause } from '../../src/pause.js'
import { firstPhone } from './furnish.js'

const lookEveryMs = 1_000
/** Long enough to see a code, and that it is a code. */
const scanAfterMs = 4_000
const connectAgainMs = 2_000

/**
 * A person with a phone for each account: scans the QR code that is shown, or types the pairing code, a moment after it is there.
 * Returns when the signal aborts.
 */
export async function playPhones({
  whatsapp,
  connect,
  signal,
}: {
  whatsapp: SimulatorClient
  connect: () => Promise<ConnectedClient>
  signal: AbortSignal
}): Promise<void> {
  const client = await connected(connect, signal)
  if (client === undefined) return
  const phones = new Map<string, string>()
  const seenMs = new Map<string, number>()
  try {
    while (!signal.aborted) {
      try {
        for (const { id } of await client.accounts.list()) await look(id)
      } catch (error) {
        // It stops, or a code was replaced a moment ago: the next look finds what is there then.
        process.stderr.write(`playground: ${messageOf(error)}\n`)
      }
      await pause(lookEveryMs, signal)
    }
  } finally {
    await client.close()
  }

  async function look(id: string): Promise<void> {
    const { method, challenge } = (await client?.accounts.pairing(id)) ?? {}
    if (!challenge || !method) {
      seenMs.delete(id)
      return
    }
    const sinceMs = seenMs.get(id) ?? Date.now()
    seenMs.set(id, sinceMs)
    if (Date.now() - sinceMs < scanAfterMs) return
    seenMs.delete(id)
    const account = await phoneOf(id)
    if (method === 'qr') await whatsapp.scanQr({ account, qr: challenge })
    else await whatsapp.enterPairingCode({ account, code: challenge })
  }

  /** The first account has the phone of the school, and each other one a phone of its own. */
  async function phoneOf(id: string): Promise<string> {
    const known = phones.get(id)
    if (known !== undefined) return known
    const phone = phones.size === 0 ? firstPhone : String(Number(firstPhone) + phones.size)
    phones.set(id, phone)
    const all = await whatsapp.accounts()
    if (all.every((account) => account.phone !== phone)) await whatsapp.createAccount({ phone })
    return phone
  }
}

/** The program needs some seconds until there is something to connect to. */
async function connected(
  connect: () => Promise<ConnectedClient>,
  signal: AbortSignal,
): Promise<ConnectedClient | undefined> {
  while (!signal.aborted) {
    await pause(connectAgainMs, signal)
    try {
      return await connect()
    } catch (error) {
      if (!(error instanceof CarillonError)) throw error
    }
  }
  return undefined
}
