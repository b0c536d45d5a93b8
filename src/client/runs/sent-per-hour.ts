import { say } from '../../domain/sentences/say.js'
import { clockHours } from '../../domain/hours/clock-hours.js'
import { isZone } from '../../domain/hours/zone.js'
import { sentPerHour as countSent } from '../../store/views/sent-per-hour.js'
import { listedAccounts } from '../accounts/listed.js'
import type { ClientContext } from '../context.js'
import { InputError } from '../errors.js'
import { localZone } from '../input/context.js'

const dayMs = 86_400_000

export type SentPerHourQuery = {
  /** The zone of the clock whose hours they are; that of this process when not given. */
  zone?: string
  /** Only what this account has sent. */
  account?: string
}

export type SentPerHour = {
  zone: string
  /** In order, the last one is that of now. The first begins within the last 24 hours; one is shorter where the clock was moved. */
  hours: {
    /** The instant that it begins at. */
    at: Date
    /** Messages that WhatsApp acknowledged in it. */
    sent: number
    /** The same for each account that sent any. */
    accounts: Record<string, number>
  }[]
}

/** @throws InputError for a zone that nobody knows; CarillonError `not_found` for such an account */
export async function sentPerHour(
  context: ClientContext,
  { zone = localZone(), account }: SentPerHourQuery,
): Promise<SentPerHour> {
  if (!isZone(zone)) throw new InputError([{ field: 'zone', got: zone, expected: say('zoneExpected') }])
  const nowMs = Date.now()
  const starts = clockHours(zone, { fromMs: nowMs - dayMs, toMs: nowMs }).map((ms) => new Date(ms))
  const rows = await countSent(context.database, {
    operator: context.operator,
    ...(await listedAccounts(context, account)),
    starts,
  })
  const hours = starts.map((at, hour) => {
    const ofIt = rows.filter((row) => row.hour === hour)
    return {
      at,
      sent: ofIt.reduce((sum, { sent }) => sum + sent, 0),
      accounts: Object.fromEntries(ofIt.map(({ accountId, sent }) => [accountId, sent])),
    }
  })
  return { zone, hours }
}
