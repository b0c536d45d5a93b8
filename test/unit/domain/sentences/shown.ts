import { de } from '../../../../console/src/text/de/index.js'
import { ofApi as inGerman } from '../../../../console/src/text/de/of-api.js'
import { ofApi as doctorInGerman } from '../../../../console/src/text/de/of-doctor.js'
import { en } from '../../../../console/src/text/en/index.js'
import { ofApi as inEnglish } from '../../../../console/src/text/en/of-api.js'
import { ofApi as doctorInEnglish } from '../../../../console/src/text/en/of-doctor.js'
import { createFormat } from '../../../../console/src/text/format.js'
import type { How } from '../../../../console/src/text/sentence-texts.js'
import { readSentence, type Said } from '../../../../src/domain/sentences/read.js'

const consoles = {
  en: {
    texts: { ...inEnglish.sentences, ...doctorInEnglish.sentences },
    inZone: en.common.inZone,
    format: createFormat('en-GB'),
  },
  de: {
    texts: { ...inGerman.sentences, ...doctorInGerman.sentences },
    inZone: de.common.inZone,
    format: createFormat('de-DE'),
  },
}
/** A text takes the values of its own sentence, which are those that were read from it. */
type AnyText = string | ((values: Said['values'], how: How) => string)

/**
 * A sentence of the API as the console says it: in words of its own, else as the API does. A part of it for which the console has no
 * words would be nothing: that is an error here.
 */
export function shownIn(
  language: keyof typeof consoles,
  sentence: string,
  where?: Parameters<typeof readSentence>[1],
): string {
  const { texts, inZone, format } = consoles[language]
  const how: How = {
    number: (value) => format.number(value),
    duration: (ms) => format.duration(ms),
    say(part) {
      const text = own(part)
      if (text === undefined) throw new Error(`there is no text for ${part.code} within “${sentence}”`)
      return text
    },
    moment: (moment) => format.wall(moment, inZone),
    instant: (instant) => format.moment(new Date(instant)),
  }
  const own = ({ code, values }: Said): string | undefined => {
    const text = (texts as { [code: string]: AnyText | undefined })[code]
    return typeof text === 'function' ? text(values, how) : text
  }
  const said = readSentence(sentence, where)
  return (said && own(said)) ?? sentence
}
