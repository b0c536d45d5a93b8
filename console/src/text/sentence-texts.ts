import type { ValuesOf } from '../../../src/domain/sentences/form.js'
import type { Said } from '../../../src/domain/sentences/read.js'
import type { doctorAtTerminalSentences } from '../../../src/domain/sentences/doctor-at-terminal.js'
import type { doctorSentences } from '../../../src/domain/sentences/doctor.js'
import type { sentences } from '../../../src/domain/sentences/sentences.js'
import type { WallMoment } from '../../../src/domain/sentences/values.js'
import type { Format } from './format.js'

/** What the values of a sentence are for who says it. */
type Values = {
  text: string
  word: string
  /** A sentence of its own. */
  sentence: Said
  expectation: Said
  number: number
  counted: number
  /** ms */
  duration: number
  /** ms */
  rough: number
  /** ms from now, those that are past below 0. */
  relative: number
  version: string
  moment: WallMoment
  /** In UTC. */
  instant: string
}

/** How values are written in the viewer's language. */
export type How = Pick<Format, 'number' | 'duration'> & {
  say: (said: Said) => string
  moment: (moment: WallMoment) => string
  instant: (instant: string) => string
}

export type SentenceText<Form extends string> =
  string | ((values: ValuesOf<Form, Values>, how: How) => string)

/** Some sentences of the API in another language. */
export type TextsOf<Table extends Record<string, string>> = {
  [Code in keyof Table]: SentenceText<Table[Code]>
}
type AtTerminal = keyof typeof doctorAtTerminalSentences
/** All that the API says: a language that lacks one does not compile. */
export type SentenceTexts = TextsOf<Omit<typeof sentences, keyof typeof doctorSentences | AtTerminal>>
/** And what the doctor says, which is of one page. */
export type DoctorTexts = TextsOf<typeof doctorSentences>
