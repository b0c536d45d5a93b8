import { Refused } from './answers.js'

export type Message = {
  id: number
  text: string
  /** What it said before, the oldest first. */
  before: string[]
  isDeleted: boolean
}

type Chat = { messages: Message[]; isBlocked: boolean }

const mostText = 4_096

/** The private chats of one bot, each by the id of its person. */
export class Chats {
  readonly #chats = new Map<number, Chat>()
  #nextMessage = 1

  /** A bot may write to those who wrote to it first. */
  open(id: number): Chat {
    const chat = this.#chats.get(id) ?? { messages: [], isBlocked: false }
    this.#chats.set(id, chat)
    return chat
  }

  messages(id: number): readonly Message[] {
    return this.#chats.get(id)?.messages ?? []
  }

  /** Messages of people and of the bot are counted together. */
  takeMessageId(): number {
    return this.#nextMessage++
  }

  send(id: unknown, text: unknown): Message {
    const chat = this.#find(id)
    const message = { id: this.takeMessageId(), text: textOf(text), before: [], isDeleted: false }
    chat.messages.push(message)
    return message
  }

  edit(id: unknown, messageId: unknown, text: unknown): Message {
    const message = this.#find(id).messages.find((one) => one.id === messageId && !one.isDeleted)
    if (!message) throw new Refused(400, 'Bad Request: message to edit not found')
    const next = textOf(text)
    if (next === message.text)
      throw new Refused(
        400,
        'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
      )
    message.before.push(message.text)
    message.text = next
    return message
  }

  #find(id: unknown): Chat {
    const chat = typeof id === 'number' ? this.#chats.get(id) : undefined
    if (!chat) throw new Refused(400, 'Bad Request: chat not found')
    if (chat.isBlocked) throw new Refused(403, 'Forbidden: bot was blocked by the user')
    return chat
  }
}

/** As Telegram stores it: without the blanks around it. */
function textOf(text: unknown): string {
  const trimmed = typeof text === 'string' ? text.trim() : ''
  if (trimmed === '') throw new Refused(400, 'Bad Request: message text is empty')
  if (trimmed.length > mostText) throw new Refused(400, 'Bad Request: message is too long')
  return trimmed
}
