import { piecesOf, type Piece, type Place } from './form.js'
import { sentences, type SentenceCode } from './sentences.js'
import { kindOf } from './values.js'

/** The pieces of the sentence of a code. */
export function formOf(code: SentenceCode): Piece[] {
  return piecesOf(sentences[code])
}

/** The sentence of a code with these values, which are of the kinds that its form has. */
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
