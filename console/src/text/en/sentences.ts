import type { SentenceTexts } from '../sentence-texts.js'

/** What the API says in English is said as it is, but where it speaks to whoever is at a terminal. */
export const sentences: Partial<SentenceTexts> = {
  expiresUnsent: ({ count, sends, after }, { number, duration }) =>
    `${number(count)} of ${number(sends)} messages would expire unsent, ${duration(after)} after its time: give it more time to deliver, or wider hours.`,
  sameRecipient: ({ field, other }) =>
    `${placeOf(field)} is the same as ${placeOf(other).toLowerCase()}, and gets the message once.`,
  groupNotKnown: ({ field, account }) =>
    `${placeOf(field)} is a group in which “${account}” was not any more when it last looked.`,
}

/** `to[0]`: the first recipient. */
function placeOf(field: string): string {
  return field.replace(/^to\[(\d+)\]$/, (_, index: string) => `Recipient ${Number(index) + 1}`)
}
