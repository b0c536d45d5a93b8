import type { Page } from 'playwright-core'
import type { Catalogue } from '../../../console/src/text/en/index.js'
import type { Scene } from './camera.js'
import { dayFromNow, groups, importFile, trip } from './school.js'

// Every page of the router, as a school has it. The words are those of the console, in the language of the browser.

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
export const shows = async (page: Page, text: string): Promise<void> =>
  await page.getByText(text).first().waitFor()

/** Before there is anything. */
export function firstScenes(words: Catalogue): Scene[] {
  return [
    { name: 'start', path: '/start' },
    ...(
      [
        ['accounts', '/accounts'],
        ['reminders', '/reminders'],
        ['calendar', '/calendar'],
        ['runs', '/runs'],
        ['activity', '/activity'],
        ['webhooks', '/webhooks'],
        ['telegram', '/telegram'],
        ['inbox', '/inbox'],
        ['import-export', '/import-export'],
        ['editor', '/reminders/new'],
      ] as const
    ).map(([name, path]): Scene => ({ name: `${name}-empty`, path, looks: 'two' })),
    {
      name: 'start-code',
      path: '/start',
      looks: 'two',
      async act(page) {
        const next = button(page, words.common.next)
        const challenge = page.locator('img[data-challenge]')
        await next.or(challenge).waitFor()
        // The other browser may have named the account.
        if (await next.isVisible()) await next.click()
        await challenge.waitFor()
      },
    },
  ]
}

/** While something is sent, which does not last: the first to be taken. */
export function sendingScenes(words: Catalogue, run: string): Scene[] {
  return [
    {
      name: 'run',
      path: `/runs/${encodeURIComponent(run)}`,
      async act(page) {
        await page.locator('[data-state="running"]').waitFor()
        await page.getByText(words.runs.notYet).first().waitFor({ state: 'detached' })
      },
    },
    { name: 'overview', path: '/' },
  ]
}

export function everydayScenes(
  words: Catalogue,
  { failed, edit }: { failed: string; edit: () => Promise<void> },
): Scene[] {
  return [
    { name: 'reminders', path: '/reminders' },
    { name: 'reminders-nothing-found', path: '/reminders?search=zzz', looks: 'two' },
    { name: 'reminder', path: '/reminders/class-trip' },
    {
      name: 'editor',
      path: '/reminders/new',
      async act(page) {
        await page.getByLabel(words.editor.text, { exact: true }).fill(trip)
        for (const name of groups.slice(0, 3)) await page.getByLabel(name).check()
        await page.getByText(words.editor.modes.repeat).click()
        await shows(page, words.editor.nextTimes(10))
        await page.evaluate('scrollTo(0, 0)')
      },
    },
    {
      name: 'editor-around-a-day',
      path: '/reminders/new',
      async act(page) {
        const { editor } = words
        await page.getByLabel(editor.text, { exact: true }).fill(trip)
        for (const name of groups.slice(0, 3)) await page.getByLabel(name).check()
        await page.getByText(editor.modes.steps).click()
        await page.getByLabel(editor.anchorDay).fill(dayFromNow(40))
        await button(page, editor.stepOwn).first().click()
        await page
          .getByLabel(editor.text, { exact: true })
          .nth(1)
          .fill('In a week we go. *Bring the form back.*')
        await shows(page, editor.nextTimes(2))
        await page.getByText(editor.modes.steps).scrollIntoViewIfNeeded()
      },
    },
    {
      name: 'editor-edit',
      path: '/reminders/orchestra/edit',
      act: async (page) => await shows(page, words.editor.nextTimes(10)),
    },
    {
      name: 'editor-conflict',
      path: '/reminders/fees/edit',
      looks: 'two',
      async act(page) {
        await page.getByLabel(words.editor.text, { exact: true }).fill('School fees are due on Friday.')
        await edit()
        await button(page, words.editor.saveChanges).first().click()
        await shows(page, words.editor.conflictTitle)
      },
    },
    { name: 'calendar', path: `/calendar?view=month&day=${dayFromNow(8)}` },
    { name: 'calendar-week', path: '/calendar?view=week' },
    { name: 'calendar-agenda', path: '/calendar?view=agenda' },
    {
      name: 'calendar-move',
      path: '/calendar?view=agenda',
      looks: 'two',
      async act(page) {
        await page.locator('[data-occurrence="choir"]').last().click()
        await page.getByRole('dialog').waitFor()
      },
    },
    { name: 'runs', path: '/runs' },
    { name: 'runs-nothing-found', path: '/runs?show=failed&reminder=choir', looks: 'two' },
    { name: 'run-over', path: `/runs/${encodeURIComponent(failed)}` },
    {
      name: 'run-receipt',
      path: `/runs/${encodeURIComponent(failed)}`,
      looks: 'two',
      act: async (page) => await page.locator('[data-receipt="written"]').scrollIntoViewIfNeeded(),
    },
    importScene(words),
  ]
}

function importScene(words: Catalogue): Scene {
  return {
    name: 'import-export',
    path: '/import-export',
    async act(page) {
      // What was looked at before is kept in the browser.
      const input = page.locator('input[type=file]').first()
      const buffer = Buffer.from(importFile)
      await input.setInputFiles({ name: 'autumn.yaml', mimeType: 'application/yaml', buffer })
      await page.locator('[data-found="differs"]').waitFor()
      await page.locator('[data-found="bad"]').waitFor()
      await shows(page, words.importExport.marks.differs)
    },
  }
}

/** Ends the session of the camera's browsers: the last ones. */
export function lastScenes(words: Catalogue): Scene[] {
  return [
    {
      name: 'session-ended',
      path: '/reminders/orchestra/edit',
      async act(page) {
        const text = page.getByLabel(words.editor.text, { exact: true })
        await text.fill('Rehearsal of the orchestra')
        await shows(page, words.editor.nextTimes(10))
        await page.context().clearCookies()
        // What saving would do is asked anew, and refused.
        await text.fill('Rehearsal of the orchestra, in the gym')
        await shows(page, words.signIn.endedTitle)
      },
    },
    { name: 'sign-in', path: '/' },
    {
      name: 'sign-in-token',
      path: '/',
      looks: 'two',
      act: async (page) => await button(page, words.signIn.withToken).click(),
    },
  ]
}
