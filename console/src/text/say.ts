import type { Said } from '../../../src/domain/sentences/read.js'
import type { SentenceCode } from '../../../src/domain/sentences/sentences.js'
import { formatOf } from './browser-language.js'
import type { Catalogue } from './en/index.js'
import type { How, SentenceText } from './sentence-texts.js'

/**
 * A sentence of the API in the viewer's language; as the API says it where the catalogue has no words for that: in English, and where the
 * API is newer than this page.
 * @param said the code and the values that came with it
 */
export function sayIn(text: Catalogue, sentence: string, said: Said | null | undefined): string {
  const format = formatOf(text.language)
  const how: How = {
    number: format.number,
    duration: format.duration,
    say: (one) => textOf(one) ?? '',
    moment: (moment) => format.wall(moment, text.common.inZone),
    instant: (instant) => format.moment(new Date(instant)),
  }
  return said === null || said === undefined ? sentence : (textOf(said) ?? sentence)

  function textOf({ code, values }: Said): string | undefined {
    const found = (text.sentences as Partial<Record<SentenceCode, SentenceText<string>>>)[code]
    return typeof found === 'function' ? found(values as never, how) : found
  }
}
