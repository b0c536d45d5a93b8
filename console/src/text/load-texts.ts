import { load, NotLoaded } from '../parts/load.js'
import { firstLanguage } from './browser-language.js'
import type { Catalogue, FirstTexts, PageTexts } from './en/index.js'
import type { Language } from './language.js'
import type { OfApi } from './of-api.js'

const againMs = 2_000

let spoken: Language = firstLanguage()

/**
 * The texts of one language: no other is loaded. It waits for them until they can be had: those of the first page, and those of the
 * others once one of them was shown.
 */
export async function loadTexts(language: Language): Promise<FirstTexts> {
  spoken = language
  for (;;) {
    try {
      const { first } = await load(() =>
        language === 'en' ? import('./en/first.js') : import('./de/first.js'),
      )
      if (pageTexts.size > 0) await loadPageTexts()
      return first
    } catch (error) {
      if (!(error instanceof NotLoaded)) throw error
      await new Promise((resolve) => setTimeout(resolve, againMs))
    }
  }
}

const pageTexts = new Map<Language, PageTexts>()

/** What the pages beside the first show, in the language that is spoken, or will be. @throws NotLoaded */
export async function loadPageTexts(): Promise<void> {
  for (let language = spoken; !pageTexts.has(language); language = spoken) {
    const { pages } = await load(() =>
      language === 'en' ? import('./en/pages.js') : import('./de/pages.js'),
    )
    pageTexts.set(language, pages)
  }
}

const ofPages: Record<keyof PageTexts, true> = {
  editor: true,
  importExport: true,
  settings: true,
  telegram: true,
  tokens: true,
  webhooks: true,
}

/** All texts. Those of pages are there for a page that has waited for them: test/unit/console/first-page.test.ts says who may. */
export function withPageTexts(first: FirstTexts): Catalogue {
  const all = { ...first }
  for (const name of Object.keys(ofPages) as (keyof PageTexts)[])
    Object.defineProperty(all, name, {
      get() {
        const found = pageTexts.get(first.language)
        if (found === undefined) throw new Error(`The texts of '${name}' are not loaded on the first page.`)
        return found[name]
      },
    })
  return all as Catalogue
}

/** What the API says is in two parts: what the doctor says is of one page, and the others never ask for it. */
const parts = {
  en: { api: () => import('./en/of-api.js'), doctor: () => import('./en/of-doctor.js') },
  de: { api: () => import('./de/of-api.js'), doctor: () => import('./de/of-doctor.js') },
}
type Part = keyof (typeof parts)[Language]

const found = new Map<string, OfApi>()
const asked = new Map<string, Promise<void>>()
const listeners = new Set<() => void>()

/**
 * What the API says, in one language: undefined until it is there, which `watchOfApi` tells. The first page has little of it as a
 * rule, and does not wait for it; the other pages do.
 */
export function ofApiIn(language: Language, part: Part = 'api'): OfApi | undefined {
  const known = found.get(language + part)
  if (known === undefined) void askFor(language, part)
  return known
}

/** Of the language that is spoken, or will be. Where it cannot be had, the API's own words are there. */
export async function loadOfApi(part: Part = 'api'): Promise<void> {
  await askFor(spoken, part)
}

export function watchOfApi(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const countOfApi = (): number => found.size

function askFor(language: Language, part: Part): Promise<void> {
  const before = asked.get(language + part)
  if (before !== undefined) return before
  const now = find(language, part)
  asked.set(language + part, now)
  return now
}

async function find(language: Language, part: Part): Promise<void> {
  try {
    const { ofApi } = await load(parts[language][part])
    found.set(language + part, ofApi)
    for (const listener of listeners) listener()
  } catch (error) {
    // Who needs it next asks again.
    asked.delete(language + part)
    if (!(error instanceof NotLoaded)) reportError(error)
  }
}
