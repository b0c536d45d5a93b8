import { say } from '../sentences/say.js'

/** One thing that is wrong with a calendar, in the words of what was expected. `path` is into the calendar. */
export type CalendarIssue = {
  path: (string | number)[]
  message: string
}

/** The meaning of a text, or everything that is wrong with it. */
export type Parsed<T> = { kind: 'read'; value: T } | { kind: 'invalid'; messages: string[] }

export function invalid(...messages: string[]): { kind: 'invalid'; messages: string[] } {
  return { kind: 'invalid', messages }
}

export function read<T>(value: T): { kind: 'read'; value: T } {
  return { kind: 'read', value }
}

/**
 * A part that is wrong: its name, what is expected there, and what was found: in this order everywhere.
 * @param what one of the phrases
 */
export function unexpected(part: string, what: string, got: string): string {
  const shown = got.length > 40 ? `${got.slice(0, 39)}…` : got
  return say('partUnexpected', { part, what, got: shown })
}
