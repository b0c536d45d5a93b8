import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { serveApi, type RunningApi } from '../../../src/api/serve.js'
import { createSignInLink } from '../../../src/client/operators/sign-in-link.js'
import type { Role } from '../../../src/domain/access.js'
import { parseConfig } from '../../../src/config.js'
import { createLogger } from '../../../src/logging.js'
import { signInPageOf } from '../../../src/settings/api-address.js'
import type { OwnTemporal } from '../../support/own-temporal.js'
import { launchBrowser } from '../../../proofs/shared/browser.js'
import { startSystem, type System } from '../../support/system.js'

export type Console = {
  system: System
  url: string
  /** A browser of nobody: with cookies and storage of its own. */
  page(options?: BrowserContextOptions): Promise<Page>
  /** One that is signed in: by a one-time link, or by a token of another role. `linkName` is what the link to the settings is called. */
  signedIn(options?: BrowserContextOptions & { role?: Role; linkName?: string }): Promise<Page>
  link(): Promise<string>
  /** What pages wrote to their consoles as errors, beside what requests were refused. */
  errors: string[]
  close(): Promise<void>
}

/** A bound for what is broken, and not what is expected, on a machine that does much else. */
export const patienceMs = 60_000

/**
 * The whole system, served as it ships, and a browser in front of it.
 * @param temporal one of the test's own, which is closed with it; its Web UI is what the console leads to
 * @param environment of the workers and the API, beside what says where the services are
 */
export async function startConsole({
  temporal,
  environment = {},
}: { temporal?: OwnTemporal; environment?: NodeJS.ProcessEnv } = {}): Promise<Console> {
  const [system, browser] = await Promise.all([
    startSystem(temporal, undefined, environment),
    launchBrowser(),
  ])
  const api = await serve(system, { temporalUiUrl: temporal?.webUiUrl, environment })
  const errors: string[] = []
  const page: Console['page'] = async (options = {}) => {
    const opened = await pageOf(browser, options)
    opened.on('pageerror', (error) => errors.push(error.message))
    opened.on('console', (message) => {
      // That a request is refused is told there, too, and is no error of the page.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        errors.push(message.text())
    })
    return opened
  }
  const link = async (): Promise<string> => {
    const { database, operator } = system
    return (await createSignInLink(database, { operator, page: signInPageOf(api.url) })).url
  }
  return {
    system,
    url: api.url,
    page,
    link,
    errors,
    async signedIn({ role, linkName = 'Settings', ...options } = {}) {
      const opened = await page(options)
      if (role === undefined) {
        await opened.goto(await link())
      } else {
        const name = `console-${role}-${Date.now()}`
        const { secret } = await system.client.tokens.create({ name, role })
        await opened.goto(`${api.url}/settings`)
        await opened.getByRole('button', { name: 'Sign in with a token' }).click()
        await opened.getByLabel('Token').fill(secret)
        await opened.getByRole('button', { name: 'Sign in', exact: true }).click()
      }
      await opened
        .getByRole('navigation')
        .getByRole('link', { name: linkName })
        .waitFor({ state: 'attached' })
      return opened
    },
    async close() {
      await browser.close()
      await api.close()
      await system.close()
    },
  }
}

async function pageOf(browser: Browser, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Africa/Nairobi', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(patienceMs)
  return page
}

async function serve(
  system: System,
  { temporalUiUrl, environment }: { temporalUiUrl: string | undefined; environment: NodeJS.ProcessEnv },
): Promise<RunningApi> {
  const config = parseConfig({
    ...environment,
    DATABASE_URL: system.databaseUrl,
    CARILLON_API_PORT: '0',
    CARILLON_OPERATOR: system.operator,
    // That of the workers.
    CARILLON_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  })
  const { address: temporalAddress, namespace: temporalNamespace, databaseUrl } = system
  const running = await serveApi(
    { ...config, temporalAddress, temporalNamespace, databaseUrl, temporalUiUrl },
    createLogger('silent'),
  )
  if (running === undefined) throw new Error('it does not listen')
  return running
}
