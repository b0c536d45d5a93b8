import { z } from 'zod'
import { failureKinds, type FailureType } from '../../../domain/failures.js'
import { accountStates } from '../../../domain/states.js'
import { confirmationOf, count, instant, maybe } from './values.js'
import { saidIn } from './said.js'

export const accountAnswer = z
  .object({
    id: z.string(),
    state: z.enum(accountStates),
    stateDetail: maybe(z.string()),
    stateSince: instant,
    stateUntil: maybe(instant),
    directHeldUntil: maybe(instant).meta({
      description: 'Until when WhatsApp takes no messages to people from this account; null where it does.',
    }),
    directHeldBy: maybe(z.enum(Object.keys(failureKinds) as [FailureType, ...FailureType[]])),
    leaving: maybe(z.enum(['unlink', 'remove'])).meta({
      description: 'What an operator asked for and is not done yet.',
    }),
    pausedReason: maybe(z.string()).meta({
      description: 'Of a pause of all its sends; null where there is none.',
    }),
    ratePerMinute: count.meta({ description: 'Sends in any 60 s.' }),
    dailyCap: maybe(count).meta({ description: 'Sends in any 24 hours, as it was set.' }),
    warmUp: z.boolean().meta({ description: 'Whether the ramp for new numbers holds, too.' }),
    dailyCapNow: maybe(count).meta({ description: 'The lower of the two now; null is no cap.' }),
    sentLastDay: count,
    linkedAt: maybe(instant),
    createdAt: instant,
    jid: maybe(z.string()),
    proxy: maybe(z.string()).meta({ description: 'Without its name and password.' }),
    groups: count,
    lockHolder: maybe(z.string()).meta({ description: 'The run that sends now.' }),
    lockSince: maybe(instant),
    said: saidIn('stateDetail', 'pausedReason'),
  })
  .meta({ id: 'Account' })

export const accountsAnswer = z.object({ accounts: z.array(accountAnswer) })
export const accountConfirmation = confirmationOf(accountAnswer)

const forced = z.literal(true).optional().meta({
  description: 'The keys were forgotten here, and WhatsApp was not told: take the device off on the phone.',
})
export const leftAnswer = accountConfirmation.extend({ forced })
const removalFields = {
  reminders: count.meta({ description: 'How many reminders are paused by it.' }),
  runs: count.meta({ description: 'How many runs are canceled by it.' }),
}
export const removalAnswer = leftAnswer.extend(removalFields)
export const removalPreviewAnswer = z.object(removalFields)

export const pairingAnswer = z
  .object({
    state: z.enum(accountStates),
    stateDetail: maybe(z.string()),
    stateSince: instant,
    method: maybe(z.enum(['qr', 'code'])).meta({
      description: 'Null where nobody is linking the account, or it is done.',
    }),
    challenge: maybe(z.string()).meta({
      description:
        'What to show now: the text of a QR code, or the code to type. Another one every 20 s or so.',
    }),
    expiresAt: maybe(instant).meta({ description: 'Until when codes are shown.' }),
    said: saidIn('stateDetail'),
  })
  .meta({ id: 'Pairing' })
