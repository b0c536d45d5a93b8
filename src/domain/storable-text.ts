import { say } from './sentences/say.js'

/**
 * Postgres keeps no text with the character U+0000, and no text with half of a surrogate pair in UTF-8 (22021, 22P05).
 * Such a text is refused where it is read: further in it would fail on every try.
 */
export function isStorableText(text: string): boolean {
  // Half of a surrogate pair: with the flag `u`, a whole one is a single character.
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text)
}

/** The `expected` of a text that cannot be stored. */
export const storableText = say('storableText')

/** The same text without what cannot be kept, for what others named and nobody can correct. */
export function storable(text: string): string {
  return isStorableText(text) ? text : text.replaceAll('\0', '').replaceAll(/\p{Surrogate}/gu, '\uFFFD')
}

type Path = readonly (string | number)[]

/** The paths of all texts in a value (names of its fields too) that cannot be stored. */
export function unstorablePaths(value: unknown, path: Path = []): Path[] {
  if (typeof value === 'string') return isStorableText(value) ? [] : [path]
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return []
  if (Array.isArray(value)) return value.flatMap((entry, index) => unstorablePaths(entry, [...path, index]))
  return Object.entries(value).flatMap(([name, entry]) =>
    isStorableText(name) ? unstorablePaths(entry, [...path, name]) : [path],
  )
}
