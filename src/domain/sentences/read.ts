import type { Place } from './form.js'
import { formOf } from './written.js'
import { isOfDoctor, sentenceCodes, type SentenceCode } from './sentences.js'
import { kindOf, type WallMoment } from './values.js'

export type SaidValue = string | number | WallMoment | Said
/** What a sentence says: its code, and its values by their names. */
export type Said = { code: SentenceCode; values: { [name: string]: SaidValue } }

/** What the texts of an answer say, by the names of their fields: what comes over HTTP has it. */
export type WithSaid<Field extends string> = { said?: { [Name in Field]?: Said | undefined } }

/** The same of warnings: one for each, null for one that is not in the table. */
export type SaidWarnings = { warnings?: (Said | null)[] }

type Reader = { code: SentenceCode; begin: string; pattern: RegExp; places: Place[] }

let readers: Reader[] | undefined

/** `isOfDoctor`: the doctor said it. Its words are few (`'office' is connected`), so that people might type the same. */
type Where = { isOfDoctor: boolean }

/**
 * What a sentence says, whoever wrote it: it may be a message of Zod's, a failure of Temporal's, or a row of years ago. Undefined for
 * what is none of the table, such as what people typed.
 */
export function readSentence(text: string, where: Where = { isOfDoctor: false }): Said | undefined {
  return readAny(text, { ...where, isPart: false })
}

function readAny(text: string, where: Where & { isPart: boolean }): Said | undefined {
  readers ??= sentenceCodes.map(readerOf).toSorted((a, b) => b.weight - a.weight)
  for (const { code, begin, pattern, places } of readers) {
    if (!text.startsWith(begin) || (code.startsWith('phrase') && !where.isPart)) continue
    if (isOfDoctor(code) && !where.isOfDoctor) continue
    const match = pattern.exec(text)
    const values = match && valuesOf(places, match.slice(1), where)
    if (values !== undefined && values !== null) return { code, values }
  }
  return undefined
}

function valuesOf(
  places: readonly Place[],
  texts: readonly (string | undefined)[],
  where: Where,
): Said['values'] | undefined {
  const values: Said['values'] = {}
  for (const [index, { name, kind }] of places.entries()) {
    const text = texts[index]
    if (text === undefined) continue
    const { name: type, read } = kindOf(kind)
    const value = read(text)
    values[name] = value
    if (type !== 'sentence' && type !== 'expectation') continue
    const inner = typeof value === 'string' ? readAny(value, { ...where, isPart: true }) : undefined
    if (inner === undefined) return undefined
    values[name] = inner
  }
  return values
}

/** The longest words are tried first: a sentence that has all of another's says more. */
function readerOf(code: SentenceCode): Reader & { weight: number } {
  const pieces = formOf(code)
  const [first] = pieces
  const places: Place[] = []
  let weight = 0
  const source = (list: readonly (string | Place)[], isNeeded: boolean): string =>
    list
      .map((piece) => {
        if (typeof piece !== 'string') {
          places.push(piece)
          return `(${kindOf(piece.kind).pattern})`
        }
        if (isNeeded) weight += piece.length
        return piece.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
      })
      .join('')
  const pattern = pieces
    .map((piece) =>
      typeof piece === 'string' || 'name' in piece
        ? source([piece], true)
        : `(?:${source(piece.optional, false)})?`,
    )
    .join('')
  return {
    code,
    begin: typeof first === 'string' ? first : '',
    pattern: new RegExp(`^${pattern}$`, 's'),
    places,
    weight,
  }
}
