import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react'
import { en, type Catalogue } from './en/index.js'
import { createFormat, type Format } from './format.js'

export const languages = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof languages

const stored = 'carillon-language'

type Spoken = {
  text: Catalogue
  format: Format
  language: Language
  choose: (language: Language) => void
}

const SpokenContext = createContext<Spoken | undefined>(undefined)

/** The texts of one language, and its way to write times and numbers. The others are loaded when they are chosen. */
export function TextProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(firstLanguage)
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
        format: createFormat(localeOf(language)),
        language,
        choose(chosen) {
          localStorage.setItem(stored, chosen)
          setLanguage(chosen)
        },
      },
    [text, language],
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

function firstLanguage(): Language {
  const wanted = [localStorage.getItem(stored), ...navigator.languages.map((tag) => tag.split('-')[0])]
  return wanted.find((one): one is Language => one !== null && one !== undefined && one in languages) ?? 'en'
}

/** The viewer's own region, where it is of the chosen language. */
function localeOf(language: Language): string {
  return (
    navigator.languages.find((tag) => tag.split('-')[0] === language) ??
    (language === 'en' ? 'en-GB' : language)
  )
}
