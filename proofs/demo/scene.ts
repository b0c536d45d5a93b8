import type { SimulatorClient } from '../../simulator/client.js'
import type { CarillonClient } from '../../src/client/client.js'
import { pollUntil } from '../../src/client/waiting.js'

export const accountId = 'school'
const phone = '15550001000'

/** Of the demo's account, unless it keeps the real pace: fast enough to end in about a minute. */
const demoRatePerMinute = 1_000

export type DemoGroup = { jid: string; members: string[] }

/** People and groups in the local WhatsApp. Numbers of 555: they belong to nobody. */
export async function createGroups(
  whatsapp: SimulatorClient,
  { groups, members }: { groups: number; members: number },
): Promise<DemoGroup[]> {
  await whatsapp.createAccount({ phone, name: 'School office' })
  const created: DemoGroup[] = []
  for (let index = 0; index < groups; index++) {
    const people = Array.from({ length: members }, (_, member) =>
      String(15_551_000_000 + index * members + member),
    )
    const subject = `Class ${Math.floor(index / 5) + 1}${'ABCDE'[index % 5] ?? ''}`
    const { jid } = await whatsapp.createGroup({ subject, members: [phone, ...people] })
    created.push({ jid, members: people })
  }
  return created
}

/** Adds the account and links it: the owner of the phone scans the QR code as soon as it shows. */
export async function pairAccount(
  client: CarillonClient,
  { whatsapp, isRealPace, signal }: { whatsapp: SimulatorClient; isRealPace: boolean; signal: AbortSignal },
): Promise<void> {
  await client.accounts.add({ id: accountId, ...(isRealPace ? {} : { ratePerMinute: demoRatePerMinute }) })
  let scan: Promise<unknown> | undefined
  const result = await client.accounts.pair({
    id: accountId,
    method: 'qr',
    signal,
    timeoutMs: 60_000,
    onChallenge: ({ challenge }) => {
      scan ??= whatsapp.scanQr({ account: phone, qr: challenge })
    },
  })
  await scan
  if (result.kind !== 'connected')
    throw new Error(`The account could not be linked: ${JSON.stringify(result)}`)
}

/** The account reads its groups when it connects. */
export async function waitForGroups(client: CarillonClient, wanted: number): Promise<void> {
  const { isDone, answer } = await pollUntil({
    ask: async () => (await client.groups.list(accountId)).length,
    isDone: (known) => known === wanted,
    timeoutMs: 60_000,
  })
  if (!isDone) throw new Error(`The account knows ${answer} of its ${wanted} groups.`)
}
