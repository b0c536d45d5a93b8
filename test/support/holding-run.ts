import { eventually } from './eventually.js'
import type { System } from './system.js'

/** A run that has the account's lock and a message on the wire, which is acknowledged by `release`. */
export async function holdLock(
  { client, whatsapp, createGroups }: Pick<System, 'client' | 'whatsapp' | 'createGroups'>,
  { accountId, phone }: { accountId: string; phone: string },
): Promise<{ release: () => Promise<void> }> {
  const [group] = await createGroups({ phone, groups: 1, members: 1 })
  const chat = group?.jid ?? ''
  const { id } = await whatsapp.fault({ kind: 'holdAck', chat, count: 'until-cleared' })
  const at = new Date(Date.now() + 500).toISOString()
  await client.reminders.create({
    key: 'holder',
    account: accountId,
    to: chat,
    text: 'held',
    at,
    zone: 'UTC',
  })
  await eventually(async () => {
    if ((await whatsapp.stanzas({ chat })).length === 0) throw new Error('nothing is on the wire yet')
  })
  return {
    async release() {
      await whatsapp.clearFaults({ id })
      await whatsapp.releaseAcks()
    },
  }
}
