import { linkAccount } from './scene.js'
import type { CampaignSystem } from './system.js'

export const accountId = 'office'
export const phone = '15550004001'
export const barePhone = '15550004002'
// All groups share them: what a member costs is the recipients' business, and nobody decrypts here.
const members = ['15552900001', '15552900002']

// The most that an account may be given: more than the machine can do.
const noLimit = 100_000
const inFlight = 20
const patienceMs = 300_000

export function groupJid(index: number): string {
  return `120363${String(1_000_000 + index).padStart(12, '0')}@g.us`
}

/** One linked account, and so many groups of it, of which the account of the bare programs is a member too. */
export async function createOneAccount(
  system: CampaignSystem,
  { groups, ratePerMinute = noLimit }: { groups: number; ratePerMinute?: number | undefined },
): Promise<void> {
  const { whatsapp } = system
  await whatsapp.countOnly()
  await whatsapp.createAccount({ phone })
  await whatsapp.createAccount({ phone: barePhone })
  let next = 0
  const lane = async () => {
    while (next < groups) {
      const index = next++
      const subject = `Class ${index + 1}`
      await whatsapp.createGroup({
        jid: groupJid(index),
        subject,
        members: [phone, barePhone, ...members],
      })
    }
  }
  await Promise.all(Array.from({ length: inFlight }, lane))

  await linkAccount(system, { id: accountId, phone, ratePerMinute, groups, timeoutMs: patienceMs })
}
