import { load, NotLoaded } from '../parts/load.js'
import type { Catalogue } from './en/index.js'
import type { Language } from './language.js'
import type { OfApi } from './of-api.js'

const againMs = 2_000

/** The texts of one language: no other is loaded. It waits for them until they can be had. */
export async function loadCatalogue(language: Language): Promise<Catalogue> {
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
const asked = new Set<Language>()
const listeners = new Set<() => void>()

/**
 * What the API says, in one language. The first page has little of it as a rule, so it comes when it is needed: until then it is
 * undefined, and `watchOfApi` tells when it is there.
 */
export function ofApiIn(language: Language): OfApi | undefined {
  const known = found.get(language)
  if (known === undefined) void askFor(language)
  return known
}

/** What somebody has pressed may be refused, and then that is said at once. */
export function expectOfApi(language: Language): void {
  ofApiIn(language)
}

export function watchOfApi(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const countOfApi = (): number => found.size

async function askFor(language: Language): Promise<void> {
  if (asked.has(language)) return
  asked.add(language)
  try {
    const { ofApi } = await load(() =>
      language === 'en' ? import('./en/of-api.js') : import('./de/of-api.js'),
    )
    found.set(language, ofApi)
    for (const listener of listeners) listener()
  } catch (error) {
    // Who needs it next asks again; the API's own words are there meanwhile.
    asked.delete(language)
    if (!(error instanceof NotLoaded)) reportError(error)
  }
}
