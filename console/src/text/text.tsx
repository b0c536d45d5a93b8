import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react'
import { en, type Catalogue } from './en/index.js'
import type { Clock, Format } from './format.js'
import { firstClock, firstLanguage, formatOf, keepClock, keepLanguage } from './browser-language.js'
import type { Language } from './language.js'
import type { Said } from '../../../src/domain/sentences/read.js'
import { sayIn } from './say.js'

export { languages, type Language } from './language.js'

type Spoken = {
  text: Catalogue
  format: Format
  /** A sentence of the API, with what it says. */
  say: (sentence: string, said: Said | null | undefined) => string
  language: Language
  choose: (language: Language) => void
  clock: Clock
  chooseClock: (clock: Clock) => void
}

const SpokenContext = createContext<Spoken | undefined>(undefined)

/** The texts of one language, and its way to write times and numbers. The others are loaded when they are chosen. */
export function TextProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(firstLanguage)
  const [clock, setClock] = useState<Clock>(firstClock)
  const [text, setText] = useState<Catalogue | undefined>(language === 'en' ? en : undefined)

  useEffect(() => {
    document.documentElement.lang = language
    let isWanted = true
    void catalogueOf(language).then((loaded) => {
      if (isWanted) setText(loaded)
    })
    return () => {
      isWanted = false
    }
  }, [language])

  const spoken = useMemo<Spoken | undefined>(
    () =>
      text && {
        text,
        format: formatOf(language, clock),
        say: (sentence, said) => sayIn(text, sentence, said),
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
    [text, language, clock],
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

async function catalogueOf(language: Language): Promise<Catalogue> {
  return language === 'en' ? en : (await import('./de/index.js')).de
}
