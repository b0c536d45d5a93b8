import type { Access } from '../../domain/access.js'
import type { OfBot } from '../../inbox/sealed.js'
import type { BotUser } from '../../store/inbox/bot-users.js'

/** What a person on the allow-list may see and do. In the audit it is the bot and the person's name there. */
export function accessOf({ operator, bot }: OfBot, { name, role, accounts }: BotUser): Access {
  return { operatorId: operator, name: `${bot}:${name}`, role, ...(accounts && { accounts }) }
}
