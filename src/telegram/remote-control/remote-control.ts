import type { CarillonClient, ForAccess } from '../../client/client.js'
import { CarillonError } from '../../client/errors.js'
import { secretDigest } from '../../client/operators/secrets.js'
import { remoteControlName } from '../../domain/telegram.js'
import { keyedDigest, openText, sealText } from '../../inbox/sealed.js'
import type { Database } from '../../store/database.js'
import type { KeyRing } from '../../store/encryption/key-ring.js'
import { findBotDoor } from '../../store/inbox/bots.js'
import { findBotUser, useLinkCode, type BotUser } from '../../store/inbox/bot-users.js'
import type { Handled, Reply, TelegramHandler, UpdateRequest } from '../handler.js'
import { accessOf } from './access.js'
import { commands, helpText } from './commands.js'

export type RemoteControlDependencies = { database: Database; ring: KeyRing; forOperator: ForAccess }

/** A command that a person wrote to the bot, in a chat of the two. */
type Written = { chat: number; person: number; command: string; rest: string }

/**
 * An operator's remote control in a chat. Who may use it is on the bot's allow-list, and everybody else hears the same however
 * often they ask. Each command acts under the id of its update, so a second try of it does nothing twice.
 */
export function remoteControl(dependencies: RemoteControlDependencies): Record<string, TelegramHandler> {
  return { [remoteControlName]: async (request) => await handle(dependencies, request) }
}

async function handle(
  { database, ring, forOperator }: RemoteControlDependencies,
  request: UpdateRequest,
): Promise<Handled> {
  const written = commandIn(request)
  if (written === undefined) return {}
  const { chat, command, rest } = written
  const of = { operator: request.operator, bot: request.bot }
  const door = await findBotDoor(database, request.bot)
  if (door === undefined) return {}
  const secret = openText(ring, { of, kind: 'secret', sealed: door.secret })
  const person = keyedDigest(secret, 'user', String(written.person))
  const say = (text: string): Reply[] => [{ kind: 'message', chat, text }]

  const digest = command === 'start' ? secretDigest(rest) : undefined
  if (digest !== undefined)
    return {
      commit: async (db) => {
        const user = await useLinkCode(db, {
          digest,
          bot: request.bot,
          person,
          sealChat: (name) => sealText(ring, { of, kind: 'chat', id: name, text: String(chat) }),
          requestId: request.requestId,
        })
        return say(user === undefined ? deadCodeText : linkedText(user))
      },
    }

  const user = await findBotUser(database, { bot: request.bot, person })
  if (user === undefined) return { replies: say(strangerText) }
  const client = forOperator(accessOf(of, user))
  return { replies: await replies({ client, request, user, chat, command, rest }) }
}

async function replies({
  client,
  request,
  user,
  chat,
  command,
  rest,
}: {
  client: CarillonClient
  request: UpdateRequest
  user: BotUser
  chat: number
  command: string
  rest: string
}): Promise<Reply[]> {
  const found = Object.hasOwn(commands, command) ? commands[command] : undefined
  if (found === undefined) return [{ kind: 'message', chat, text: helpText }]
  try {
    const said = await found.act({ client, rest, requestId: request.requestId })
    return typeof said === 'string'
      ? [{ kind: 'message', chat, text: said }]
      : [{ kind: 'progress', chat, runId: said.runId, user: user.name }]
  } catch (error) {
    // It may be reached on the next try.
    if (!(error instanceof CarillonError) || error.code === 'unreachable') throw error
    const text =
      error.code === 'forbidden'
        ? `You are linked as ${user.role}: you may look, and change nothing.`
        : error.message
    return [{ kind: 'message', chat, text }]
  }
}

/** Undefined where it is none, or somebody else would read the answer. */
function commandIn({ update }: UpdateRequest): Written | undefined {
  const { message } = update
  if (message?.text === undefined || message.from === undefined || message.chat.type !== 'private')
    return undefined
  const [, command = '', rest = ''] = /^\/(\w+)(?:@\w+)?\s*([^]*)$/.exec(message.text.trim()) ?? []
  return { chat: message.chat.id, person: message.from.id, command: command.toLowerCase(), rest: rest.trim() }
}

const strangerText =
  'This bot is for those who were linked to it. Ask whoever runs it for a code: carillon bot link.'
const deadCodeText = 'This code was used, is over, or is none. Ask for another one.'

function linkedText({ name, role, accounts }: BotUser): string {
  const which = accounts === null ? 'all accounts' : `the accounts ${accounts.join(', ')}`
  return `You are linked as ${name} (${role}, ${which}). What needs somebody is told here.\n\n${helpText}`
}
