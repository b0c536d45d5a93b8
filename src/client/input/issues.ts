import type { z } from 'zod'
import { mediaKinds } from '../../domain/definition.js'
import type { InputIssue } from '../errors.js'
import { say } from '../../domain/sentences/say.js'

// What is in them is personal: an error tells their shape, never their value.
const personalFields = new Set(['to', 'text', 'caption', 'parts', 'steps', 'reason', 'phoneNumber', 'proxy'])
// These are not, wherever they are: a file is a path on the caller's disk, which he must see to find the mistake.
const shownFields = new Set<string | number | undefined>([...mediaKinds, 'offset', 'at'])

/** What is wrong with a value by its schema; `name` is that of the whole, where that is at fault. */
export function schemaIssues(schema: z.ZodType, value: unknown, name: string): InputIssue[] {
  return toInputIssues(value, schema.safeParse(value).error?.issues ?? []).map((issue) => ({
    ...issue,
    field: issue.field === '' ? name : issue.field,
  }))
}

/** Zod's issues as ours: one for each field, with the value where it may be shown. */
export function toInputIssues(input: unknown, issues: readonly z.core.$ZodIssue[]): InputIssue[] {
  return issues.flatMap((issue) => {
    const path = issue.path.filter((step) => typeof step !== 'symbol')
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ field: pathText([...path, key]), expected: say('unknownField', {}) }))
    const value = valueAt(input, path)
    const issueOut: InputIssue = { field: pathText(path), expected: issue.message }
    if (value !== undefined) issueOut.got = isPersonal(path) ? describeShape(value) : describeValue(value)
    return [issueOut]
  })
}

/** `parts[1].image`; a name that would read as a path of its own is quoted: `['a.b']`. */
export function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    if (/[.[\]]/.test(step)) return `${text}['${step}']`
    return text === '' ? step : `${text}.${step}`
  }, '')
}

export function isObject(value: unknown): value is object {
  return value !== null && typeof value === 'object'
}

export function describeValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  const shown = typeof value === 'string' ? `'${value}'` : text
  return shown.length > 60 ? `${shown.slice(0, 59)}…` : shown
}

/** `a text of 12 characters`, `a number`, `a list of 3`: enough to find the mistake, nothing of the value. */
export function describeShape(value: unknown): string {
  if (value === null) return say('gotNothing')
  if (typeof value === 'string')
    return value === '' ? say('gotEmptyText') : say('gotText', { count: value.length })
  if (Array.isArray(value))
    return value.length === 0 ? say('gotEmptyList') : say('gotList', { count: value.length })
  if (typeof value === 'object') return say('gotFields')
  return `a ${typeof value}`
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** The same as the end of a sentence. */
export function didYouMean(word: string, known: readonly string[]): string {
  const meant = nearestTo(word, known)
  return meant === undefined ? '' : `; did you mean '${meant}'?`
}

/** The word that was meant, where one of those is near enough to what was given. */
export function meantBy(input: unknown, known: readonly string[]): string | undefined {
  return typeof input === 'string' ? nearestTo(input, known) : undefined
}

/** The known word nearest to a mistyped one, when it is near enough to be meant. */
export function nearestTo(word: string, known: readonly string[]): string | undefined {
  const most = Math.ceil(word.length / 3)
  // What is so much longer or shorter is not it, and a name may have any length.
  const [best] = known
    .filter((candidate) => Math.abs(candidate.length - word.length) <= most)
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)
  return best === undefined || best.distance > most ? undefined : best.candidate
}

function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [i, letter] of Array.from(from).entries()) {
    const next = [i + 1]
    for (const [j, other] of Array.from(to).entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

function isPersonal(path: readonly (string | number)[]): boolean {
  if (shownFields.has(path.at(-1))) return false
  return path.some((step) => typeof step === 'string' && personalFields.has(step))
}

function valueAt(input: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, step) => {
    // One entry may be written without a list, and a step or window as one text.
    if (typeof value === 'string' || (step === 0 && typeof value === 'number')) return value
    if (value === null || typeof value !== 'object') return undefined
    return (value as Record<string | number, unknown>)[step]
  }, input)
}
