import { load, NotLoaded } from '../parts/load.js'
import { firstLanguage } from './browser-language.js'
import type { Catalogue } from './en/index.js'
import type { Language } from './language.js'
import type { OfApi } from './of-api.js'

const againMs = 2_000

let spoken: Language = firstLanguage()

/** The texts of one language: no other is loaded. It waits for them until they can be had. */
export async function loadCatalogue(language: Language): Promise<Catalogue> {
  spoken = language
  for (;;) {
    try {
      return language === 'en'
        ? (await load(() => import('./en/index.js'))).en
        : (await load(() => import('./de/index.js'))).de
    } catch (error) {
      if (!(error instanceof NotLoaded)) throw error
      await new Promise((resolve) => setTimeout(resolve, againMs))
    }
  }
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
export async function loadOfApi(): Promise<void> {
  await askFor(spoken, 'api')
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
