import { z } from 'zod'
import { accountIdPattern } from '../../../domain/ids.js'
import { say } from '../../../domain/sentences/say.js'
import { botTokenPattern, chatRoles, handlerPattern, mostAttempts } from '../../../domain/telegram.js'
import { someAccounts } from './requests.js'
import { wholeNumber } from './values.js'

/** What an operator gives of bots at Telegram. */

const idText = say('idForm')

const isWebAddress = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && /^https?:$/.test(url.protocol) && !url.username && !url.search && !url.hash
}

export const newBotInput = z.strictObject({
  id: z
    .string({ error: say('botOwnName') })
    .regex(accountIdPattern, { error: idText })
    .meta({
      description: 'Your own name for it. It is in the address of its webhook, and stored in Temporal.',
    }),
  token: z
    .string({ error: say('botTokenExpected') })
    .regex(botTokenPattern, {
      error: say('botTokenForm'),
    })
    .meta({ description: 'The token that @BotFather gave. It is stored encrypted, and never shown.' }),
  url: z
    .string({ error: say('botAddress') })
    .refine(isWebAddress, { error: say('botAddressForm') })
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

export const botLinkInput = z.strictObject({
  name: z
    .string({ error: idText })
    .regex(accountIdPattern, { error: idText })
    .meta({ description: 'Who it is in the audit. No name of a person: it is stored in Temporal.' }),
  role: z.enum(chatRoles, { error: say('oneOf', { list: chatRoles.join(', ') }) }),
  accounts: someAccounts,
})
