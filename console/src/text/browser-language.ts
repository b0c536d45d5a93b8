import { clocks, createFormat, type Clock, type Format } from './format.js'
import { languages, type Language } from './language.js'

const stored = 'carillon-language'

/** That which was chosen here, else the first of the browser's that there is. */
export function firstLanguage(): Language {
  const wanted = [localStorage.getItem(stored), ...navigator.languages.map((tag) => tag.split('-')[0])]
  return wanted.find((one): one is Language => one !== null && one !== undefined && one in languages) ?? 'en'
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(stored, language)
}

const storedClock = 'carillon-clock'

/** How the time of day is written, as it was chosen here. */
export function firstClock(): Clock {
  const kept = localStorage.getItem(storedClock)
  return clocks.find((one) => one === kept) ?? 'auto'
}

export function keepClock(clock: Clock): void {
  localStorage.setItem(storedClock, clock)
}

const formats = new Map<string, Format>()

/** Times and numbers as in the viewer's own region, where it is of the language. */
export function formatOf(language: Language, clock = firstClock()): Format {
  const id = `${language}/${clock}`
  const known = formats.get(id) ?? createFormat(localeOf(language), clock)
  formats.set(id, known)
  return known
}

function localeOf(language: Language): string {
  return (
    navigator.languages.find((tag) => tag.split('-')[0] === language) ??
    (language === 'en' ? 'en-GB' : language)
  )
}
