import type { Page, Request } from 'playwright-core'
import { eventually } from '../../support/eventually.js'
import type { Console } from './console.js'

/** A school's console with something on every page. */
export type School = {
  account: string
  phone: string
  /** By their names. */
  groups: readonly { jid: string; subject: string }[]
}

const members = 2

/** Links an account and waits until Carillon knows its groups. */
export async function openSchool(
  { system }: Console,
  {
    phone,
    groups: names,
    account = 'office',
  }: { phone: string; groups: readonly string[]; account?: string },
): Promise<School> {
  await system.pairAccount({ id: account, phone })
  const groups: { jid: string; subject: string }[] = []
  for (const [index, subject] of names.entries()) {
    const people = Array.from(
      { length: members },
      (_, member) => `${Number(phone) + 10 * (index + 1) + member}`,
    )
    const { jid } = await system.whatsapp.createGroup({ subject, members: [phone, ...people] })
    groups.push({ jid, subject })
  }
  await eventually(async () => {
    const known = await system.client.groups.list(account)
    if (known.length < groups.length) throw new Error(`${known.length} groups are known`)
  })
  return { account, phone, groups }
}

/** Its run is over. */
export async function sentRun({ system }: Console, key: string): Promise<string> {
  const { runId } = await system.client.reminders.fire(key)
  if (runId === undefined) throw new Error(`${key} has no run`)
  await eventually(async () => {
    const { run } = await system.client.runs.progress(runId)
    if (!['completed', 'partial', 'failed'].includes(run.state)) throw new Error(run.state)
  })
  return runId
}

/** The page is there, and nothing of it is on its way any more. */
export async function arrive(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await settled(page)
}

export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor()
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' })
  // A name that is still asked for.
  await page.getByRole('heading', { level: 1, name: '…', exact: true }).waitFor({ state: 'detached' })
  if ((await page.locator('.fc').count()) > 0) await page.locator('[data-loaded] .fc').waitFor()
}

/** Waits until all that the page has asked to be changed is answered. */
export function changesOf(page: Page): { answered: () => Promise<void> } {
  const open = new Set<Request>()
  page.on('request', (request) => {
    if (request.method() !== 'GET') open.add(request)
  })
  const end = (request: Request): void => void open.delete(request)
  page.on('requestfinished', end)
  page.on('requestfailed', end)
  return {
    answered: async () => {
      // What is pressed is asked a moment after.
      await page.evaluate('new Promise((resolve) => setTimeout(resolve, 50))')
      await eventually(() => {
        if (open.size > 0) throw new Error(`${open.size} are not answered`)
      })
    },
  }
}

export async function received({ system }: Console, text: string): Promise<number> {
  const inboxes = await system.whatsapp.inboxes()
  return inboxes.flatMap(({ messages }) => messages).filter((one) => JSON.stringify(one).includes(text))
    .length
}
