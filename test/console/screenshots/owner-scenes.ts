import type { Page } from 'playwright-core'
import type { Catalogue } from '../../../console/src/text/en/index.js'
import { problemType } from '../../../src/api/v1/problems.js'
import { readSentence } from '../../../src/domain/sentences/read.js'
import { say } from '../../../src/domain/sentences/say.js'
import type { Scene } from './camera.js'
import { button, shows } from './scenes.js'

/** What is for owners: phones, other programs, the record, tokens, settings. */
export function ownerScenes(words: Catalogue): Scene[] {
  const { accounts, linking, settings, tokens, record } = words
  const link = async (page: Page): Promise<void> => {
    const row = page.locator('[data-account="sports-club"]')
    await row.getByRole('button', { name: accounts.link }).click()
  }
  return [
    {
      name: 'activity',
      path: '/activity',
      before: namedAsASchoolHasThem,
      async act(page) {
        await button(page, record.verify).click()
        await page.locator('[data-record="whole"]').waitFor()
      },
    },
    { name: 'activity-nothing-found', path: '/activity?about=runs&by=nobody', looks: 'two' },
    { name: 'webhooks', path: '/webhooks', before: namedAsASchoolHasThem },
    { name: 'accounts', path: '/accounts' },
    {
      name: 'accounts-link-qr',
      path: '/accounts',
      looks: 'two',
      async act(page) {
        await link(page)
        await page.locator('img[data-challenge]').waitFor()
      },
    },
    {
      name: 'accounts-link-code',
      path: '/accounts',
      looks: 'two',
      async act(page) {
        await link(page)
        await page.getByText(linking.byCode, { exact: true }).click()
        await page.getByLabel(linking.phone).fill('+1 555 000 7003')
        await button(page, linking.getCode).click()
        await page.getByText(/^\w{4}–\w{4}$/).waitFor()
      },
    },
    { name: 'telegram', path: '/telegram' },
    { name: 'inbox', path: '/inbox' },
    {
      name: 'inbox-why',
      path: '/inbox',
      looks: 'two',
      async act(page) {
        await button(page, words.inbox.whyOf(4711)).click()
        await page.getByRole('dialog').waitFor()
      },
    },
    { name: 'tokens', path: '/tokens' },
    {
      name: 'tokens-secret',
      path: '/tokens',
      looks: 'two',
      async act(page) {
        await button(page, tokens.add).click()
        const dialog = page.getByRole('dialog')
        await dialog
          .getByLabel(tokens.name, { exact: false })
          .first()
          .fill(`gate-display-${Date.now() % 100}`)
        await dialog.getByRole('button', { name: tokens.add }).click()
        await page.locator('[data-secret]').waitFor()
      },
    },
    { name: 'settings', path: '/settings' },
    {
      name: 'settings-system',
      path: '/settings',
      looks: 'two',
      async act(page) {
        await page.locator('[data-health]').waitFor()
        await button(page, settings.details).click()
        await shows(page, settings.checks['Encryption']?.meaning ?? '')
        await page.evaluate(
          `document.querySelector('[data-health]').scrollIntoView({ block: 'start' }); scrollBy(0, -120)`,
        )
      },
    },
    {
      name: 'palette',
      path: '/reminders',
      async act(page) {
        const menu = button(page, words.shell.menu)
        if (await menu.isVisible()) await menu.click()
        await page.getByRole('button', { name: words.shell.commands }).click()
        await page.getByRole('dialog').getByRole('combobox').waitFor()
      },
    },
    ...failingScenes(words),
    { name: 'not-found', path: '/remindrs' },
    { name: 'reminder-not-found', path: '/reminders/no-such-thing', looks: 'two' },
  ]
}

/** The API answers that it cannot. */
function failingScenes(words: Catalogue): Scene[] {
  const fails = (path: string) => async (page: Page) => {
    await page.route(path, async (route) => {
      await route.fulfill({
        status: 503,
        contentType: problemType,
        body: JSON.stringify({
          type: 'urn:carillon:problem:unreachable',
          title: 'Unreachable',
          status: 503,
          code: 'unreachable',
          detail: say('postgresStarts'),
          said: { detail: readSentence(say('postgresStarts')) },
          requestId: 'synthetic',
        }),
      })
    })
  }
  const act = async (page: Page): Promise<void> => await shows(page, words.failures.loading)
  return [
    { name: 'runs-error', path: '/runs', before: fails('**/v1/runs?*'), act },
    {
      name: 'reminder-error',
      path: '/reminders/class-trip',
      before: fails('**/v1/reminders/class-trip'),
      act,
    },
  ]
}

/** The other programs are on this machine, at ports that are other ones each time. */
async function namedAsASchoolHasThem(page: Page): Promise<void> {
  await page.route('**/v1/webhooks', async (route) => {
    const response = await route.fetch()
    const body = (await response.text()).replaceAll(
      /http:\/\/127\.0\.0\.1:\d+\/(\w+)/g,
      'https://$1.school.example.org/carillon',
    )
    await route.fulfill({ response, body })
  })
}
