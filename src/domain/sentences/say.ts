import type { ValuesOf } from './form.js'
import { piecesOf, type Piece, type Place } from './form.js'
import { sentences, type SentenceCode } from './sentences.js'
import { kindOf, type Written } from './values.js'

export type SentenceValues<Code extends SentenceCode> = ValuesOf<(typeof sentences)[Code], Written>

type Given<Code extends SentenceCode> = keyof SentenceValues<Code> extends never
  ? []
  : [values: SentenceValues<Code>]

/** The pieces of the sentence of a code. */
export function formOf(code: SentenceCode): Piece[] {
  return piecesOf(sentences[code])
}

/** A sentence of the table, in English. What it says can be read back (`readSentence`), to be said in another language. */
export function say<Code extends SentenceCode>(code: Code, ...[values]: Given<Code>): string {
  return written(code, (values ?? {}) as Record<string, unknown>)
}

export function written(code: SentenceCode, values: Record<string, unknown>): string {
  const words = (pieces: readonly (string | Place)[]): string =>
    pieces.map((piece) => (typeof piece === 'string' ? piece : valueText(piece, values[piece.name]))).join('')
  return formOf(code)
    .map((piece) => {
      if (typeof piece === 'string' || 'name' in piece) return words([piece])
      const isThere = piece.optional.every((one) => typeof one === 'string' || values[one.name] !== undefined)
      return isThere ? words(piece.optional) : ''
    })
    .join('')
}

function valueText({ kind }: Place, value: unknown): string {
  const { write, argument } = kindOf(kind)
  return write(value as never, argument)
}
