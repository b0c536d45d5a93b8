import { use, type ComponentType, type ReactNode } from 'react'
import { loadOfApi, loadPageTexts } from '../text/load-texts.js'
import { load, NotLoaded } from './load.js'

type Lazy = { (): ReactNode; preload: () => Promise<void> }

/** What could not be loaded stays so until it is forgotten: else React would ask for it without end. */
const failed = new Set<() => void>()

/** Where a page says that it could not be loaded and is tried again. */
export function forgetFailedPages(): void {
  for (const forget of failed) forget()
  failed.clear()
}

/**
 * A page whose module is loaded when it is gone to, or likely to be, and with it the texts of pages and the words for what the API
 * says.
 * @param isFirst of the page that is shown first, which does without those
 */
export function lazyPage<Name extends string>(
  module: () => Promise<Record<Name, ComponentType>>,
  name: Name,
  { isFirst = false } = {},
): Lazy {
  let page: ComponentType | undefined
  let found: Promise<ComponentType> | undefined

  async function find(): Promise<ComponentType> {
    try {
      const [loaded] = await Promise.all([load(module), ...(isFirst ? [] : [loadPageTexts(), loadOfApi()])])
      page = loaded[name]
      return page
    } catch (error) {
      failed.add(() => (found = undefined))
      throw error
    }
  }
  function LazyPage(): ReactNode {
    const Page = page ?? use((found ??= find()))
    return <Page />
  }
  return Object.assign(LazyPage, {
    async preload() {
      await (found ??= find()).catch((error: unknown) => {
        // The page itself tells it, and only if somebody goes there.
        found = undefined
        if (!(error instanceof NotLoaded)) reportError(error)
      })
    },
  })
}
