import { z } from 'zod'

/** What is read of an update before its handler has it: whose chat it is of, and what it is. */
export type ReadUpdate = {
  updateId: number
  /** Telegram's word for what it is. */
  kind: string
  /** Telegram's id of its chat; of the person, or of itself, where it is of none. */
  chat: string
}

const id = z.int()
const inChat = z.looseObject({ chat: z.looseObject({ id }) })
const ofPerson = z.looseObject({ from: z.looseObject({ id }) })
const onMessage = z.looseObject({ message: inChat })
const update = z.looseObject({ update_id: z.int().nonnegative() })

/** Telegram's word is a name of ours in the row: anything else is no kind. */
const kindPattern = /^[a-z_]{1,40}$/

/** Undefined where it is no update. */
export function readUpdate(value: unknown): ReadUpdate | undefined {
  const parsed = update.safeParse(value)
  if (!parsed.success) return undefined
  const { update_id: updateId, ...rest } = parsed.data
  const [kind, content] = Object.entries(rest).find(([name]) => kindPattern.test(name)) ?? ['unknown', {}]
  return { updateId, kind, chat: chatOf(content) ?? `update:${updateId}` }
}

function chatOf(content: unknown): string | undefined {
  const message = inChat.safeParse(content)
  if (message.success) return String(message.data.chat.id)
  const pressed = onMessage.safeParse(content)
  if (pressed.success) return String(pressed.data.message.chat.id)
  const person = ofPerson.safeParse(content)
  return person.success ? String(person.data.from.id) : undefined
}
