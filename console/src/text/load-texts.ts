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

const found = new Map<Language, OfApi>()
const asked = new Map<Language, Promise<void>>()
const listeners = new Set<() => void>()

/**
 * What the API says, in one language: undefined until it is there, which `watchOfApi` tells. The first page has little of it as a
 * rule, and does not wait for it; the other pages do.
 */
export function ofApiIn(language: Language): OfApi | undefined {
  const known = found.get(language)
  if (known === undefined) void askFor(language)
  return known
}

/** Of the language that is spoken, or will be. Where it cannot be had, the API's own words are there. */
export async function loadOfApi(): Promise<void> {
  await askFor(spoken)
}

export function watchOfApi(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const countOfApi = (): number => found.size

function askFor(language: Language): Promise<void> {
  const before = asked.get(language)
  if (before !== undefined) return before
  const now = find(language)
  asked.set(language, now)
  return now
}

async function find(language: Language): Promise<void> {
  try {
    const { ofApi } = await load(() =>
      language === 'en' ? import('./en/of-api.js') : import('./de/of-api.js'),
    )
    found.set(language, ofApi)
    for (const listener of listeners) listener()
  } catch (error) {
    // Who needs it next asks again.
    asked.delete(language)
    if (!(error instanceof NotLoaded)) reportError(error)
  }
}
