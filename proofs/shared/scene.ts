import { pollUntil } from '../../src/client/waiting.js'
import { messageOf } from '../../src/stack/errors.js'
import type { CampaignSystem } from './system.js'

export type CampaignGroup = { jid: string; members: string[] }
export type CampaignAccount = { id: string; phone: string; groups: CampaignGroup[]; ratePerMinute: number }

/** Accounts with groups of their own, linked by QR code. Numbers of 555: they belong to nobody. */
export async function createScene(
  system: CampaignSystem,
  {
    accounts,
    groups,
    members,
    ratePerMinute,
  }: { accounts: number; groups: number; members: number; ratePerMinute: number },
): Promise<CampaignAccount[]> {
  const scene = Array.from({ length: accounts }, (_, account): CampaignAccount => ({
    id: `account-${account + 1}`,
    phone: String(15_550_002_000 + account),
    ratePerMinute,
    groups: Array.from({ length: groups }, (_, group) => ({
      jid: `120363${String(1_000 * (account + 1) + group).padStart(12, '0')}@g.us`,
      members: Array.from({ length: members }, (_, member) =>
        String(15_552_000_000 + 100_000 * account + 100 * group + member),
      ),
    })),
  }))
  for (const account of scene) {
    await system.whatsapp.createAccount({ phone: account.phone })
    for (const [index, { jid, members }] of account.groups.entries())
      await system.whatsapp.createGroup({
        jid,
        subject: `Class ${index + 1}`,
        members: [account.phone, ...members],
      })
  }
  await Promise.all(
    scene.map(async ({ groups, ...account }) =>
      linkAccount(system, { ...account, groups: groups.length, timeoutMs: 120_000 }),
    ),
  )
  return scene
}

/** Adds an account, links it by QR code, and waits until it knows its groups. */
export async function linkAccount(
  { client, whatsapp, journal }: CampaignSystem,
  {
    id,
    phone,
    ratePerMinute,
    groups,
    timeoutMs,
  }: { id: string; phone: string; ratePerMinute: number; groups: number; timeoutMs: number },
): Promise<void> {
  await client.accounts.add({ id, ratePerMinute })
  // The phone links one device, once; what it scans may have been replaced by then on a busy machine.
  let isScanned = false
  const scan = async (qr: string) => {
    if (isScanned) return
    isScanned = true
    try {
      await whatsapp.scanQr({ account: phone, qr })
    } catch (error) {
      isScanned = false
      journal.write('qr not scanned', { account: id, error: messageOf(error).slice(0, 200) })
    }
  }
  const result = await client.accounts.pair({
    id,
    method: 'qr',
    timeoutMs,
    onChallenge: ({ challenge }) => void scan(challenge),
  })
  if (result.kind !== 'connected') throw new Error(`${id} could not be linked: ${JSON.stringify(result)}`)
  const { isDone } = await pollUntil({
    ask: async () => (await client.groups.list(id)).length,
    isDone: (known) => known === groups,
    timeoutMs,
  })
  if (!isDone) throw new Error(`${id} does not know its ${groups} groups`)
}
