import { z } from 'zod'
import { mostAccountsOfToken, roles, tokenNamePattern } from '../../../domain/access.js'
import { accountIdPattern } from '../../../domain/ids.js'
import { webhookTypes } from '../../../domain/webhooks.js'
import { maxRequestText } from '../../../protocol/messages.js'
import { meantBy } from '../issues.js'
import { wholeNumber } from './values.js'
import { say } from '../../../domain/sentences/say.js'

/** What an operator may give beside a reminder. Each object is what one function of the client takes. */

export const reasonText = z
  .string({ error: say('textExpected') })
  .max(maxRequestText, { error: say('mostCharacters', { max: maxRequestText }) })
  .meta({ description: 'Why, for those who look at it later.' })

/** How long a caller waits for a worker, at most: less than a request may take. */
export const maxWaitMs = 55_000

/** Of everything that a worker acts on. */
export const requestFields = {
  reason: reasonText.optional(),
  timeoutMs: wholeNumber(0, maxWaitMs)
    .optional()
    .meta({ description: 'How long to wait for a worker to act on it.' }),
}
export const requestInput = z.strictObject(requestFields)

/** An hour: longer than anybody tries again, and more than most clocks are wrong. */
export const longestAgoMs = 3_600_000
export const writtenAt = z.iso
  .datetime({ error: say('instantExpected') })
  .refine((text) => Math.abs(Date.parse(text) - Date.now()) <= longestAgoMs, {
    error: say('instantNear'),
  })
  .optional()
  .meta({
    description:
      'When the words of its times were written: `in 10 minutes` counts from there. Send the same with each attempt at one request. Now when not given.',
  })

const time = z
  .string({ error: say('timeShort', { clock: '10:00', quotes: say('phraseQuotes') }) })
  .meta({ description: "A time such as `tomorrow 10:00`, on the clock of the reminder's zone." })

export const pauseInput = z.strictObject({ ...requestFields, until: time.optional() })
export const snoozeInput = z.strictObject({
  ...requestFields,
  occurrence: time
    .optional()
    .meta({ description: 'Which one is meant, by the time that the calendar has; the next when not given.' }),
  until: time.optional(),
  by: z
    .string({ error: say('durationShort') })
    .optional()
    .meta({ description: 'How long after the time that the calendar has: `30m`. Either this or `until`.' }),
})
export const skipInput = z.strictObject({
  ...requestFields,
  occurrence: time.optional().meta({
    description:
      'Which one is meant, by the time that the calendar has, so that asking twice skips one; the next when not given.',
  }),
})

export const pacingFields = {
  ratePerMinute: wholeNumber(1, 100_000).optional().meta({ description: 'Sends in any 60 s.' }),
  dailyCap: wholeNumber(1, 10_000_000)
    .nullable()
    .optional()
    .meta({ description: 'Sends in any 24 hours; null is no cap.' }),
  warmUp: z
    .boolean({ error: say('trueOrFalse') })
    .optional()
    .meta({ description: 'A new number: few sends a day at first, more each week.' }),
}
const proxy = z
  .string({ error: say('proxyUrl') })
  .meta({ description: 'By way of which the account reaches WhatsApp: http://, https:// or socks5://.' })
const idText = say('idForm')
export const newAccountInput = z.strictObject({
  id: z.string({ error: say('accountOwnName') }).regex(accountIdPattern, {
    error: idText,
  }),
  ...pacingFields,
  proxy: proxy.optional(),
})
export const accountChanges = z.strictObject({
  ...pacingFields,
  proxy: proxy.nullable().optional().meta({ description: 'null is none.' }),
})
export const leavingInput = z.strictObject({
  ...requestFields,
  force: z
    .boolean({ error: say('trueOrFalse') })
    .optional()
    .meta({ description: 'Where WhatsApp is not told in time, forget the keys here all the same.' }),
})
export const pairingInput = z.strictObject({
  method: z.enum(['qr', 'code'], { error: say('eitherWord', { one: 'qr', other: 'code' }) }),
  phoneNumber: z
    .string({ error: say('textExpected') })
    .optional()
    .meta({ description: "For `code`: the account's number, country code first." }),
  timeoutMs: wholeNumber(1_000, 3_600_000)
    .optional()
    .meta({ description: 'How long codes are shown; 5 minutes when not given.' }),
  otherNumber: z
    .boolean({ error: say('trueOrFalse') })
    .optional()
    .meta({ description: 'The phone may have another number than the one that the account was linked to.' }),
})

const tokenLifeText = say('tokenLife')
const accountsText = say('tokenAccounts', { max: mostAccountsOfToken })
/** Of what somebody may use who is let in: a token, or a bot. */
export const someAccounts = z
  .array(z.string(), { error: say('listExpected', { of: say('phraseAccounts') }) })
  .min(1, { error: accountsText })
  .max(mostAccountsOfToken, { error: accountsText })
  .optional()
  .meta({ description: 'The accounts that it is for; all when not given.' })
// Postgres' calendar ends long after it.
const longestTokenMs = 100 * 365 * 86_400_000
export const newTokenInput = z.strictObject({
  name: z
    .string({ error: idText })
    .regex(tokenNamePattern, { error: idText })
    .meta({ description: 'Who it is in the audit. No name of a person: it is stored in Temporal.' }),
  role: z.enum(roles, {
    error: ({ input }) => say('oneOf', { list: roles.join(', '), meant: meantBy(input, roles) }),
  }),
  lastsMs: z
    .number({ error: tokenLifeText })
    .min(1_000, { error: tokenLifeText })
    .max(longestTokenMs, { error: tokenLifeText })
    .optional()
    .meta({ description: 'How long it can be used; for ever when not given.' }),
  accounts: someAccounts,
})

export const newWebhookInput = z.strictObject({
  url: z.string({ error: say('httpsUrl') }).meta({ description: 'https, or http on a private network.' }),
  types: z
    .array(
      z.enum(webhookTypes, {
        error: ({ input }) =>
          say('someOf', { list: webhookTypes.join(', '), meant: meantBy(input, webhookTypes) }),
      }),
      { error: say('listExpected', { of: say('phraseTypes') }) },
    )
    .min(1, { error: say('someOf', { list: webhookTypes.join(', ') }) })
    .optional()
    .meta({ description: 'All when not given.' }),
  allowHttp: z
    .boolean({ error: say('trueOrFalse') })
    .optional()
    .meta({ description: 'Plain http to a public address, too.' }),
})
