import type { SentenceTexts } from '../sentence-texts.js'

/** What the API says in English is said as it is, but where it speaks to whoever is at a terminal. */
export const sentences: Partial<SentenceTexts> = {}
