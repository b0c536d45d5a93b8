import { DEFAULT_CONNECTION_CONFIG } from './baileys.js'
import type { WebVersion } from './gateway.js'
import { downloads, proxyOf } from './proxy-agent.js'

/** The version of WhatsApp Web that the sessions of this process say they are. */
export type WebVersions = {
  readonly current: WebVersion
  /**
   * Looks up the version that WhatsApp gives to browsers. Returns whether that is another than the current one, and is the
   * current one from now on.
   * @param proxy of the account that was refused: it is looked up by way of that
   * @throws when the page cannot be read
   */
  renew(proxy?: string): Promise<boolean>
}

const lookUpMs = 15_000
// Who is refused all the same is not helped by looking again.
const betweenLookUpsMs = 6 * 3_600_000

/** @param url of WhatsApp's socket: the page that names the version is on the same host */
export function webVersions({
  pinned,
  url = DEFAULT_CONNECTION_CONFIG.waWebSocketUrl.toString(),
}: {
  /** The operator's choice, which nothing changes. */
  pinned: WebVersion | undefined
  url?: string | undefined
}): WebVersions {
  let current: WebVersion = pinned ?? DEFAULT_CONNECTION_CONFIG.version
  let nextLookUpMs = -Infinity
  let looking: Promise<boolean> | undefined

  async function lookUp(proxy: string | undefined): Promise<boolean> {
    nextLookUpMs = performance.now() + betweenLookUpsMs
    const found = await currentRevision(url, proxy)
    if (found === undefined || found === current[2]) return false
    current = [current[0], current[1], found]
    return true
  }

  return {
    get current() {
      return current
    },
    async renew(proxy) {
      if (pinned !== undefined) return false
      // All accounts are refused at the same time: one looks.
      if (looking === undefined && performance.now() < nextLookUpMs) return false
      looking ??= lookUp(proxy).finally(() => {
        looking = undefined
      })
      return await looking
    },
  }
}

async function currentRevision(url: string, proxy: string | undefined): Promise<number | undefined> {
  const page = new URL('/sw.js', url.replace(/^ws/, 'http'))
  // WhatsApp gives it to browsers alone (Baileys #1929).
  const headers = { 'sec-fetch-site': 'none', 'user-agent': 'Mozilla/5.0 (X11; Linux x64) Chrome/131.0.0.0' }
  const way = proxy === undefined ? {} : { dispatcher: downloads(proxyOf(proxy).agent) }
  const response = await fetch(page, {
    headers,
    signal: AbortSignal.timeout(lookUpMs),
    ...way,
  } as RequestInit)
  if (!response.ok) throw new Error(`${page.host} answered ${response.status}`)
  const revision = /\\?"client_revision\\?":\s*(\d+)/.exec(await response.text())?.[1]
  return revision === undefined ? undefined : Number(revision)
}
