import type { Said } from '../../../src/domain/sentences/read.js'
import { formatOf } from './browser-language.js'
import type { FirstTexts } from './en/index.js'
import { ofApiIn } from './load-texts.js'
import type { How } from './sentence-texts.js'

/**
 * A sentence of the API in the viewer's language; as the API says it where the language has no words for that, since the API is newer
 * than this page, or not yet.
 * @param said the code and the values that came with it
 */
export function sayIn(text: FirstTexts, sentence: string, said: Said | null | undefined): string {
  const format = formatOf(text.language)
  const how: How = {
    number: (value) => format.number(value),
    duration: (ms) => format.duration(ms),
    say: (one) => textOf(one) ?? '',
    moment: (moment) => format.wall(moment, text.common.inZone),
    instant: (instant) => format.moment(new Date(instant)),
  }
  if (said === null || said === undefined) return sentence
  return textOf(said) ?? sentence

  function textOf({ code, values }: Said): string | undefined {
    // What a text takes is what its sentence has: the types of both are of one table.
    const texts = ofApiIn(text.language, /doctor/i.test(code) ? 'doctor' : 'api')?.sentences as
      { [code: string]: string | ((values: object, how: How) => string) } | undefined
    const found = texts?.[code]
    return typeof found === 'function' ? found(values, how) : found
  }
}
