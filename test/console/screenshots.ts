import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { en } from '../../console/src/text/en/index.js'
import { projectRoot } from '../../src/stack/project-root.js'
import { openCamera, type Camera, type Scene } from './screenshots/camera.js'
import {
  beginToSend,
  makeTokens,
  openBot,
  sendBefore,
  spreadOverTheDay,
  tellOthers,
  writeRecord,
} from './screenshots/days.js'
import { everydayScenes, firstScenes, lastScenes, sendingScenes } from './screenshots/scenes.js'
import { ownerScenes } from './screenshots/owner-scenes.js'
import { linkPhones, writeReminders } from './screenshots/school.js'
import { startConsole, type Console } from './support/console.js'

// `npm run screenshots`: every page of a school's console into docs/screenshots, in both themes, on a desktop and on a phone.

const folder = join(projectRoot(), 'docs/screenshots')

let site: Console
let camera: Camera
beforeAll(async () => {
  site = await startConsole()
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  camera = await openCamera(site, folder)
})
afterAll(async () => {
  await camera.close()
  await site.close()
})

async function take(scenes: readonly Scene[]): Promise<void> {
  for (const scene of scenes) await camera.take(scene)
}

test('before there is anything', async () => {
  await take(firstScenes(en))
  for (const { id } of await site.system.client.accounts.list()) await site.system.client.accounts.remove(id)
})

test('the pages of a school', async () => {
  const { client, whatsapp } = site.system
  const others = await tellOthers(site)
  await linkPhones(site)
  await writeReminders(site)
  await makeTokens(site)
  const { failed } = await sendBefore(site)
  await spreadOverTheDay(site)
  await take(sendingScenes(en, await beginToSend(site)))

  let version = 1
  const edit = async (): Promise<void> => {
    await client.reminders.edit('fees', { text: `School fees are due by the ${4 + version++}th.` })
  }
  await take(everydayScenes(en, { failed, edit }))
  await whatsapp.clearFaults()
  await openBot(site)
  await writeRecord(site)
  await take(ownerScenes(en))
  await others.close()
})

test('what is seen when one is not signed in', async () => {
  await take(lastScenes(en))
})
