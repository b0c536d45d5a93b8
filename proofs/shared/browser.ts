import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const systems = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The system's browser where there is one, else one that comes as a package (Linux alone). */
export async function launchBrowser(): Promise<Browser> {
  const found = systems.find((path) => existsSync(path))
  const executablePath = found ?? (await (await import('@sparticuz/chromium')).default.executablePath())
  // In a container there is no sandbox to be had, and no page but ours is opened.
  return await chromium.launch({ executablePath, args: ['--no-sandbox'] })
}
