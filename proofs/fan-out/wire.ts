import type { Client } from 'pg'
import type { SimulatorClient } from '../../simulator/client.js'

export type Wire = { stanzas: number; messages: number; duplicates: number; lost: number; unexpected: number }

type Ledger = Pick<Client, 'query'>
type Sent = { chat: string; id: string }

/** What WhatsApp has of the account, against the ledger's message ids: (chat, sender, id) is one message. */
export async function lookAtWire(
  whatsapp: SimulatorClient,
  { database, phone, runId }: { database: Ledger; phone: string; runId: string },
): Promise<Wire> {
  const stanzas = await whatsapp.stanzas({ account: phone })
  const { rows } = await database.query<Sent>(
    `select t.jid as chat, s.message_id as id from send s join target t using (run_id, ordinal) where run_id = $1`,
    [runId],
  )
  return compare(stanzas, rows)
}

export function compare(stanzas: readonly Sent[], wanted: readonly Sent[]): Wire {
  const key = ({ chat, id }: Sent) => `${chat} ${id}`
  const seen = new Set(stanzas.map(key))
  const expected = new Set(wanted.map(key))
  return {
    stanzas: stanzas.length,
    messages: seen.size,
    duplicates: stanzas.length - seen.size,
    lost: [...expected].filter((one) => !seen.has(one)).length,
    unexpected: [...seen].filter((one) => !expected.has(one)).length,
  }
}
