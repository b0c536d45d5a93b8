import { createHash } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSignInLink } from '../../src/client/operators/sign-in-link.js'
import { signInPageOf } from '../../src/settings/api-address.js'
import { insertOperator } from '../../src/store/operators/operators.js'
import { eventually } from '../support/eventually.js'
import { imageBytes } from '../support/images.js'
import { axeFindings } from './support/browser.js'
import { startConsole, type Console } from './support/console.js'

// Images from the page of the console to the phones of their recipients, and back onto the page.

const phone = '15550007601'
const caption = 'Sommerfest 🎉 – *alle* sind eingeladen'
const file = { name: 'poster.jpg', mimeType: 'image/jpeg' }

let site: Console
let page: Page
let picture: Buffer
let members: string[]
/** What names it. */
let media: string
/** Of the reminder that the first test makes. */
let key = ''

beforeAll(async () => {
  site = await startConsole()
  picture = await imageBytes({ width: 900, height: 600 })
  await site.system.pairAccount({ id: 'office', phone })
  const groups = await site.system.createGroups({ phone, groups: 25, members: 2 })
  members = groups.flatMap((group) => group.members)
  // WhatsApp tells of them as they are made.
  await eventually(async () => expect(await site.system.client.groups.list('office')).toHaveLength(25))
  ;({ media } = await site.system.client.media.upload(picture))
  page = await site.signedIn()
})
afterAll(async () => {
  await site.close()
})

const button = (name: string) => page.getByRole('button', { name, exact: true })
const preview = () => page.getByRole('group', { name: 'How it looks' })

async function choose(name: string, files: Parameters<Page['setInputFiles']>[1]): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await button(name).click()
  await (await chooser).setFiles(files)
}

/** As the browser does where somebody lets go of files over the page, or pastes them. @param files in the page's own words @param place a selector */
async function give(how: 'drop' | 'paste', files: string, place = 'h1'): Promise<void> {
  await page.evaluate(`(() => {
    const data = new DataTransfer()
    for (const file of [${files}]) data.items.add(file)
    const options = { dataTransfer: data, clipboardData: data, bubbles: true, cancelable: true }
    const event = '${how}' === 'drop' ? new DragEvent('drop', options) : new ClipboardEvent('paste', options)
    document.querySelector('${place}').dispatchEvent(event)
  })()`)
}

/** The image that the page shows, once it is drawn: what names it. */
async function shownImage(within = preview()): Promise<string> {
  const image = within.locator('img[data-media]')
  await image.waitFor()
  const width = await image.evaluate(
    async (element: { decode: () => Promise<void>; naturalWidth: number }) => {
      await element.decode()
      return element.naturalWidth
    },
  )
  expect(width).toBe(900)
  return (await image.getAttribute('data-media')) ?? ''
}

/** A slow line, which breaks off once it is released; uploads get through again when it is at its end. */
async function holdUploads(on: Page): Promise<{ release: () => void; end: () => Promise<void> }> {
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await on.route('**/v1/media', async (route) => {
    await held
    await route.abort()
  })
  return { release, end: async () => await on.unrouteAll({ behavior: 'wait' }) }
}

test('a reminder with an image goes to 25 groups: each phone has it once, with its caption, as the page shows it', async () => {
  await page.goto(`${site.url}/reminders/new`)
  await choose('Add an image', { ...file, buffer: picture })
  await page.getByLabel('Caption').fill(caption)
  expect(await shownImage()).toBe(media)
  await expect(preview().locator('strong').innerText()).resolves.toBe('alle')
  await button('Choose all that are shown').click()
  await page.getByText('It goes to 25 recipients').waitFor()
  await button('Create reminder').first().click()
  await page.waitForURL(/\/reminders\/r-/)
  key = page.url().split('/').at(-1) ?? ''
  expect(await shownImage()).toBe(media)

  await button('More').click()
  await page.getByRole('menuitem', { name: 'Send now' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Send now' }).click()
  await page.waitForURL(/\/runs\//)
  await page.locator('[data-state="completed"]').waitFor({ timeout: 60_000 })
  await expect(page.locator('[data-done]').innerText()).resolves.toBe('25 of 25')
  expect(await shownImage()).toBe(media)

  const sha256 = createHash('sha256').update(picture).digest('hex')
  expect(members).toHaveLength(50)
  await site.system.whatsapp.settled()
  for (const member of members) {
    const { messages, undecryptable } = await site.system.whatsapp.inbox(member, { media: true })
    expect(undecryptable).toEqual([])
    expect(messages).toMatchObject([{ kind: 'imageMessage', text: caption, downloaded: { sha256 } }])
  }
})

test('opened for edit it is seen again, another one takes its place, and the run keeps what it has sent', async () => {
  await page.goto(`${site.url}/reminders/${key}/edit`)
  expect(await shownImage()).toBe(media)
  expect(await page.getByLabel('Caption').inputValue()).toBe(caption)
  const other = await imageBytes({ width: 900, height: 600, red: 220 })
  const held = await holdUploads(page)
  await choose('Choose another', { ...file, buffer: other })
  // Until it is there, neither of both is sent for it.
  await page.getByText('An image is not there yet').waitFor()
  expect(await button('Save changes').first().isDisabled()).toBe(true)
  await button('Cancel the upload').click()
  expect(await shownImage()).toBe(media)
  await choose('Choose another', { ...file, buffer: other })
  held.release()
  await button('Try again').waitFor()
  expect(await button('Save changes').first().isDisabled()).toBe(true)
  await button('Keep the one before').click()
  expect(await shownImage()).toBe(media)
  expect(await button('Save changes').first().isEnabled()).toBe(true)
  await held.end()
  await choose('Choose another', { ...file, buffer: other })
  await page.getByText('900 × 600').waitFor()
  const changed = await shownImage()
  expect(changed).not.toBe(media)
  await button('Save changes').first().click()
  await page.waitForURL(/\/reminders\/[^/]+$/)
  expect(await shownImage()).toBe(changed)
  await page.locator('a[href^="/runs/"]').first().click()
  await page.waitForURL(/\/runs\//)
  expect(await shownImage()).toBe(media)
})

test('who is signed in for another operator is answered as if there were none', async () => {
  const { database } = site.system
  await insertOperator(database, { id: 'acme', actor: 'test' })
  const { url } = await createSignInLink(database, { operator: 'acme', page: signInPageOf(site.url) })
  const foreign = await site.page()
  await foreign.goto(url)
  await foreign.getByRole('navigation').waitFor({ state: 'attached' })
  const answers = await foreign.evaluate<[number, string][]>(
    `Promise.all(['${media}', '${'e'.repeat(64)}'].map(async (name) => {
      const answer = await fetch('/v1/media/' + name)
      const { requestId, ...problem } = await answer.json()
      return [answer.status, JSON.stringify(problem).replaceAll(name, '')]
    }))`,
  )
  expect(answers[0]).toEqual([404, expect.stringContaining('not_found')])
  expect(answers[0]).toEqual(answers[1])
  await foreign.context().close()
})

describe('an upload', () => {
  test('that cannot be used says why, and takes nothing away of what was written', async () => {
    await page.goto(`${site.url}/reminders/new`)
    await page.getByLabel('Text', { exact: true }).fill('Dear parents')
    await give(
      'drop',
      `new File(['film'], 'film.mov', { type: 'video/quicktime' }),
      new File([new Uint8Array(17 * 1024 * 1024)], 'huge.jpg', { type: 'image/jpeg' })`,
    )
    const alert = page.getByRole('alert')
    await alert.getByText('“film.mov” is no JPEG, PNG or WebP image').waitFor()
    await alert.getByText('“huge.jpg” has 17 MB, and WhatsApp takes 16 MB at most').waitFor()
    expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('Dear parents')

    // By its name an image: the API looks at it.
    await choose('Add an image', { ...file, buffer: Buffer.from('no picture at all') })
    await page.getByLabel('Caption').fill('Kept')
    await page.getByRole('alert').getByText('Save it as a JPEG, PNG or WebP image').waitFor()
    expect(await page.getByLabel('Message 1', { exact: true }).inputValue()).toBe('Dear parents')
    expect(await button('Create reminder').first().isDisabled()).toBe(true)
    await choose('Choose an image', { ...file, buffer: picture })
    expect(await shownImage()).toBe(media)
    expect(await page.getByLabel('Caption').inputValue()).toBe('Kept')
  })

  test('shows how far it is while one goes on writing, is not saved without, and can be canceled or tried again', async () => {
    await page.goto(`${site.url}/reminders/new`)
    await button('Start over').click()
    const held = await holdUploads(page)
    await page.getByLabel('Text', { exact: true }).fill('Dear parents')
    await choose('Add an image', [
      { ...file, buffer: picture },
      { ...file, name: 'second.jpg', buffer: await imageBytes({ red: 7 }) },
    ])
    await page.getByRole('progressbar').nth(1).waitFor({ state: 'attached' })
    await page.getByText('An image is not there yet').waitFor()
    expect(await button('Create reminder').first().isDisabled()).toBe(true)
    await button('Cancel the upload').nth(1).click()
    expect(await page.getByLabel('Caption').count()).toBe(1)
    await page.getByLabel('Caption').fill('Written meanwhile')
    held.release()
    await button('Try again').waitFor()
    await held.end()
    await button('Try again').click()
    expect(await shownImage()).toBe(media)
    expect(await page.getByLabel('Caption').inputValue()).toBe('Written meanwhile')

    // What is uploaded is there after a reload, too, and nothing of it in the browser but its name.
    await page.waitForTimeout(400)
    await page.reload()
    expect(await shownImage()).toBe(media)
  })

  test.each([
    ['dropped', 'drop'],
    ['pasted', 'paste'],
  ] as const)('begins with a file that is %s anywhere on the page', async (_how, type) => {
    await page.goto(`${site.url}/reminders/new`)
    await button('Start over').click()
    const bytes = `Uint8Array.from(atob('${picture.toString('base64')}'), (one) => one.charCodeAt(0))`
    await give(type, `new File([${bytes}], 'poster.jpg', { type: 'image/jpeg' })`)
    expect(await shownImage()).toBe(media)
  })

  test('given to the message of one time before a day is of that message', async () => {
    await page.goto(`${site.url}/reminders/new`)
    await button('Start over').click()
    await page.getByLabel('Text', { exact: true }).fill('To all')
    await page.getByText('Around a day', { exact: true }).click()
    await button('Its own message').first().click()
    const bytes = `Uint8Array.from(atob('${picture.toString('base64')}'), (one) => one.charCodeAt(0))`
    await give(
      'paste',
      `new File([${bytes}], 'poster.jpg', { type: 'image/jpeg' })`,
      '[name="steps[0].part-0"]',
    )
    const step = page.getByRole('group', { name: '1 week before', exact: true })
    await step.getByLabel('Caption').fill('Of this time')
    expect(await shownImage(step)).toBe(media)
    // What is given beside it is for all.
    await give('drop', `new File([${bytes}], 'poster.jpg', { type: 'image/jpeg' })`)
    await page.getByLabel('Caption').nth(1).waitFor()
    expect(await step.getByLabel('Caption').count()).toBe(1)
    expect(await page.getByLabel('Message 1', { exact: true }).inputValue()).toBe('To all')
  })
})

test('pages with images have nothing that axe finds, and the browser refused nothing of them', async () => {
  const [run] = (await site.system.client.runs.list()).items
  const found: string[] = []
  for (const path of [`/reminders/${key}/edit`, `/runs/${encodeURIComponent(run?.id ?? '')}`])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.setViewportSize(
        colorScheme === 'light' ? { width: 1280, height: 800 } : { width: 360, height: 740 },
      )
      await page.goto(`${site.url}${path}`)
      await shownImage()
      found.push(...(await axeFindings(page)).map((one) => `${path} ${colorScheme} ${one}`))
      const overflow = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      if (overflow > 0) found.push(`${path} is ${overflow} px wider than its window`)
    }
  expect(found).toEqual([])
  expect(site.errors).toEqual([])
})
