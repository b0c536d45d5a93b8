import type { ValuesOf } from './form.js'
import { asItStands, type Sentence } from './sentence.js'
import type { SentenceCode, sentences } from './sentences.js'
import type { Written } from './values.js'
import { written } from './written.js'

export type SentenceValues<Code extends SentenceCode> = ValuesOf<(typeof sentences)[Code], Written>

type Given<Code extends SentenceCode> = keyof SentenceValues<Code> extends never
  ? []
  : [values: SentenceValues<Code>]

/** A sentence of the table, in English. What it says can be read back (`readSentence`), to be said in another language. */
export function say<Code extends SentenceCode>(code: Code, ...[values]: Given<Code>): Sentence {
  return asItStands(written(code, values ?? {}))
}
