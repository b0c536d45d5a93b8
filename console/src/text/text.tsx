import { createContext, use, useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react'
import type { Catalogue, FirstTexts } from './en/index.js'
import type { Clock, Format } from './format.js'
import { firstClock, firstLanguage, formatOf, keepClock, keepLanguage } from './browser-language.js'
import type { Language } from './language.js'
import { countOfApi, loadOfApi, loadTexts, ofApiIn, watchOfApi, withPageTexts } from './load-texts.js'
import type { Calendar } from '../../../src/domain/calendar/calendar.js'
import type { Said } from '../../../src/domain/sentences/read.js'
import { sayIn } from './say.js'

export { languages, type Language } from './language.js'

type Spoken = {
  text: Catalogue
  format: Format
  /** A sentence of the API, with what it says. */
  say: (sentence: string, said: Said | null | undefined) => string
  /** A schedule in words, with those of the API. */
  sayWhen: (schedule: Calendar, words: string) => string
  language: Language
  choose: (language: Language) => void
  clock: Clock
  chooseClock: (clock: Clock) => void
}

const SpokenContext = createContext<Spoken | undefined>(undefined)

const presses = ['pointerdown', 'keydown'] as const

/** The texts of one language, and its way to write times and numbers. Others are loaded when they are chosen. */
export function TextProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(firstLanguage)
  const [clock, setClock] = useState<Clock>(firstClock)
  const [text, setText] = useState<FirstTexts>()

  useEffect(() => {
    document.documentElement.lang = language
    let isWanted = true
    void loadTexts(language).then((loaded) => {
      if (isWanted) setText(loaded)
    })
    // What somebody has pressed may be refused, and then that is said at once.
    const expect = (): void => void loadOfApi()
    for (const event of presses) addEventListener(event, expect, { once: true })
    return () => {
      isWanted = false
      for (const event of presses) removeEventListener(event, expect)
    }
  }, [language])
  const known = useSyncExternalStore(watchOfApi, countOfApi)

  const spoken = useMemo<Spoken | undefined>(
    () =>
      text && {
        text: withPageTexts(text),
        format: formatOf(language, clock),
        say: (sentence, said) => sayIn(text, sentence, said),
        sayWhen: (schedule, words) => ofApiIn(language)?.schedule?.(schedule) ?? words,
        language,
        clock,
        choose(chosen) {
          keepLanguage(chosen)
          setLanguage(chosen)
        },
        chooseClock(chosen) {
          keepClock(chosen)
          setClock(chosen)
        },
      },
    // Other texts when there are words for what the API says: what is kept of it for the same texts is said anew.
    [text, known, language, clock],
  )
  return spoken === undefined ? null : <SpokenContext value={spoken}>{children}</SpokenContext>
}

export function useSpoken(): Spoken {
  const spoken = use(SpokenContext)
  if (spoken === undefined) throw new Error('There is no TextProvider around it.')
  return spoken
}

export const useText = (): Catalogue => useSpoken().text
export const useFormat = (): Format => useSpoken().format
