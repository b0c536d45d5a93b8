import { z } from 'zod'
import { sendingWindow, weekdays, type SendingWindow } from '../../domain/hours/window.js'
import { say } from '../../domain/sentences/say.js'

/** What callers write for a window: `08:00-20:00 mo-fr`, or its fields, whose days may be a text too. */
export type WindowInput = string | { from: string; to: string; days?: string | readonly string[] }

export const windowExpected = say('windowForm')

const text = { type: 'string' }
/** JSON Schema of what is written: of a function, Zod knows none. */
const written = {
  anyOf: [
    text,
    {
      type: 'object',
      properties: { from: text, to: text, days: { anyOf: [text, { type: 'array', items: text }] } },
      required: ['from', 'to'],
    },
  ],
}

export const windowInput = z
  .unknown()
  .transform((value, context): SendingWindow => {
    const draft = typeof value === 'string' ? readText(value) : withListOfDays(value)
    const result = sendingWindow.safeParse(draft)
    if (result.success) return result.data
    const isOneText = typeof value === 'string' || value === null || typeof value !== 'object'
    for (const issue of isOneText ? result.error.issues.slice(0, 1) : result.error.issues)
      context.addIssue(
        isOneText
          ? { code: 'custom', message: textMessage(draft, issue.message) }
          : { code: 'custom', path: [...issue.path], message: fieldMessage(issue) },
      )
    return z.NEVER
  })
  .meta(written)

/** A text that has the form of a window and says something impossible is told what that is. */
function textMessage(draft: unknown, message: string): string {
  return draft === undefined || !message.startsWith('expected') ? windowExpected : message
}

function fieldMessage(issue: {
  code: string
  path: PropertyKey[]
  message: string
  keys?: string[]
}): string {
  if (issue.code === 'unrecognized_keys') return say('windowFields', { fields: issue.keys?.join(', ') ?? '' })
  if (issue.path[0] === 'days') return say('windowDays', { list: weekdays.join(', ') })
  return issue.message.startsWith('expected') ? issue.message : say('timeOfDay', { example: '08:00' })
}

/** Undefined where the text is no window at all. */
function readText(text: string): unknown {
  const match = /^\s*(\d{1,2}:\d{2})\s*(?:-|–|to)\s*(\d{1,2}:\d{2})(?:[\s,]+(\S.*?))?\s*$/i.exec(text)
  if (match === null) return undefined
  const [, from = '', to = '', days] = match
  return withListOfDays({
    from: from.padStart(5, '0'),
    to: to.padStart(5, '0'),
    ...(days !== undefined && { days }),
  })
}

function withListOfDays(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || !('days' in value)) return value
  if (typeof value.days !== 'string') return value
  return { ...value, days: readDays(value.days) ?? value.days }
}

/** `mo-fr`, `sa,su`, `Mon Wed Fri`; undefined where a word is no day. */
function readDays(text: string): string[] | undefined {
  const days: string[] = []
  for (const word of text.trim().split(/[\s,]+/)) {
    const [first, last, ...more] = word.split('-').map((day) => weekdays.indexOf(shortDay(day)))
    if (first === undefined || first < 0 || more.length > 0 || (last !== undefined && last < 0))
      return undefined
    // `sa-mo` goes on over the end of the week.
    const length = last === undefined ? 1 : ((last - first + 7) % 7) + 1
    days.push(...Array.from({ length }, (_, index) => weekdays[(first + index) % 7] ?? ''))
  }
  return [...new Set(days)]
}

const dayNames = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

function shortDay(word: string): (typeof weekdays)[number] {
  const lower = word.toLowerCase()
  const index = lower.length < 2 ? -1 : dayNames.findIndex((name) => name.startsWith(lower))
  // No day has this name, so it is found in no list of days.
  return weekdays[index] ?? ('' as (typeof weekdays)[number])
}
