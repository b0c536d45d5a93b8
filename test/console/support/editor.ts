import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { InputError } from '../../../src/client/errors.js'
import type { ReminderInput } from '../../../src/client/input/schema/reminder.js'
import type { ReminderDefinition } from '../../../src/domain/definition.js'
import { shownIn } from '../../unit/domain/sentences/shown.js'
import type { Console } from './console.js'
import { arrive } from './school.js'

/** What is clicked, or a field with what it is given. */
export type Step = string | [field: string, value: string]

/** The editor of reminders, as a hand and an eye use it. */
export type Form = ReturnType<typeof formOn>

export function formOn({ url, system }: Console, page: Page) {
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const field = (name: string) => page.getByLabel(name, { exact: true })
  const words = (text: string) => page.getByText(text, { exact: true })
  const part = (name: string) =>
    page.locator('section').filter({ has: page.getByRole('heading', { name, exact: true }) })
  const rules = page.locator('details').filter({ has: page.getByText('Rules', { exact: true }) })
  const search = page.getByLabel('Search groups')
  const forecast = page.getByRole('region', { name: 'What will happen' })

  async function fillIn(name: string, value: string): Promise<void> {
    const choice = page.getByRole('combobox', { name, exact: true })
    if ((await choice.count()) === 0) return await field(name).fill(value)
    await choice.click()
    // Where one can search.
    if ((await choice.getAttribute('readonly')) === null) await choice.fill(value)
    await page.getByRole('option', { name: value, exact: true }).click()
  }

  return {
    button,
    field,
    words,
    part,
    rules,
    search,
    forecast,
    day: part('When').locator('input[type="date"]').first(),
    time: part('When').locator('input[type="time"]').first(),
    hours: rules.getByRole('switch', { name: 'Only within these hours' }),
    pace: rules.getByLabel('Messages a minute, at most'),
    preview: page.getByRole('group', { name: 'How it looks' }),
    async write(text: string): Promise<void> {
      await arrive(page, `${url}/reminders/new`)
      await field('Text').fill(text)
      await search.fill('Choir')
      await page.getByLabel('Choir').check()
    },
    edit: async (key: string): Promise<void> => await arrive(page, `${url}/reminders/${key}/edit`),
    async set(steps: readonly Step[]): Promise<void> {
      for (const step of steps)
        if (typeof step === 'string') await words(step).click()
        else await fillIn(...step)
    },
    /** When it will be sent, as is shown. */
    times: async (): Promise<string[]> =>
      await forecast
        .locator('time')
        .evaluateAll((all: { dateTime: string }[]) => all.map(({ dateTime }) => dateTime)),
    /** What the API has of it once it is saved. */
    async saved(name = 'Create reminder'): Promise<{ key: string; definition: ReminderDefinition }> {
      await button(name).first().click()
      await page.waitForURL(/\/reminders\/(?!new$)[^/]+$/)
      const key = page.url().split('/').at(-1) ?? ''
      return { key, definition: (await system.client.reminders.show(key)).definition }
    },
    /** It stays, with what is wrong told, and nothing is made of it. */
    async expectRefused(told: string): Promise<void> {
      await button('Create reminder').first().click()
      await forecast.getByText(told, { exact: true }).waitFor()
      expect(page.url()).toMatch(/\/reminders\/new$/)
    },
    /** What the console says of each thing that is wrong. */
    async refusals(input: ReminderInput): Promise<string[]> {
      const { reminders } = system.client
      const error: unknown = await reminders.preview(input).then(String, (thrown: unknown) => thrown)
      if (!(error instanceof InputError)) throw new Error('it is not refused')
      return error.issues.map(({ expected }) => shownIn('en', expected))
    },
    /** As a screen reader has it. */
    async errorAt(wrong: Locator): Promise<string> {
      const described = (await wrong.getAttribute('aria-describedby'))?.split(' ') ?? []
      const error = described.find((id) => id.endsWith('-error'))
      if (error === undefined) throw new Error('nothing is wrong with it')
      expect(await wrong.getAttribute('aria-invalid')).toBe('true')
      return await page.locator(`[id="${error}"]`).innerText({ timeout: 1_000 })
    },
  }
}

/** All that is filled in, field by field. */
export async function filledIn(within: Locator): Promise<string[]> {
  type Field = { value: string; checked: boolean }
  const fields = within.locator('input, textarea')
  return await fields.evaluateAll((all: Field[]) => all.map(({ value, checked }) => `${value} ${checked}`))
}

export async function isRightToLeft(text: Locator): Promise<boolean> {
  return await text.evaluate((one: { matches: (selector: string) => boolean }) => one.matches(':dir(rtl)'))
}

/** In an order of its own. */
export function listOf({ audience }: ReminderDefinition): string[] {
  return audience.kind === 'list' ? audience.recipients.toSorted() : []
}
