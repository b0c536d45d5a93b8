import { z } from 'zod'
import { mostAccountsOfToken } from '../../domain/access.js'
import { accountIdPattern } from '../../domain/ids.js'
import { botTokenPattern, chatRoles, handlerPattern, mostAttempts } from '../../domain/telegram.js'
import { wholeNumber } from './schema-values.js'

/** What an operator gives of bots at Telegram. */

const idText = 'expected a–z, 0–9 and -, 40 characters at most, beginning with a letter or digit'

const isWebAddress = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && /^https?:$/.test(url.protocol) && !url.username && !url.search && !url.hash
}

export const newBotInput = z.strictObject({
  id: z
    .string({ error: 'expected your own name for the bot' })
    .regex(accountIdPattern, { error: idText })
    .meta({
      description: 'Your own name for it. It is in the address of its webhook, and stored in Temporal.',
    }),
  token: z
    .string({ error: 'expected the token that @BotFather gave' })
    .regex(botTokenPattern, {
      error: 'expected the token that @BotFather gave: digits, a colon and a secret',
    })
    .meta({ description: 'The token that @BotFather gave. It is stored encrypted, and never shown.' }),
  url: z
    .string({ error: 'expected the address where Telegram reaches this API' })
    .refine(isWebAddress, { error: 'expected a URL such as https://carillon.example.org' })
    .meta({ description: 'Where Telegram reaches this API: `https://carillon.example.org`.' }),
  handler: z
    .string({ error: idText })
    .regex(handlerPattern, { error: idText })
    .optional()
    .meta({ description: 'What handles its updates; the remote control when not given.' }),
  maxAttempts: wholeNumber(1, mostAttempts)
    .optional()
    .meta({ description: 'Tries after which an update is dead; 5 when not given.' }),
})

const accountsText = `expected 1 to ${mostAccountsOfToken} accounts, or none given for all of them`
export const botLinkInput = z.strictObject({
  name: z
    .string({ error: idText })
    .regex(accountIdPattern, { error: idText })
    .meta({ description: 'Who it is in the audit. No name of a person: it is stored in Temporal.' }),
  role: z.enum(chatRoles, { error: `expected one of ${chatRoles.join(', ')}` }),
  accounts: z
    .array(z.string(), { error: 'expected a list of ids of accounts' })
    .min(1, { error: accountsText })
    .max(mostAccountsOfToken, { error: accountsText })
    .optional()
    .meta({ description: 'The accounts that it is for; all when not given.' }),
})
