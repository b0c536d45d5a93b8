import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CarillonError } from '../../src/client/errors.js'
import { exitCodes } from '../../src/cli/exit-codes.js'
import { imageFolder } from '../client/support/images.js'
import { run } from './support.js'
import { mediaOf } from './views.js'

const images = imageFolder()
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carillon-media-'))
})
afterAll(async () => await rm(folder, { recursive: true }))

const name = 'ab'.repeat(32)
const bytes = new Uint8Array([0xff, 0xd8, 0xff, 1, 2, 3])
const client = { media: { read: async () => ({ mime: 'image/jpeg', bytes }) } }

it('writes an image to a new file, and never over one that is there', async () => {
  const out = join(folder, 'poster.jpg')
  const { exitCode, stdout } = await run(['media', 'get', name, '--out', out], { client })
  expect([exitCode, stdout]).toEqual([exitCodes.ok, `${out} has the image (image/jpeg, 6 bytes).`])
  expect(new Uint8Array(await readFile(out))).toEqual(bytes)

  const again = await run(['media', 'get', name, '--out', out, '--json'], { client })
  expect(again.exitCode).toBe(exitCodes.invalid)
  expect(again.stderr).toContain('expected a file that is not there yet')
  const nowhere = await run(['media', 'get', name, '--out', join(folder, 'no', 'x.jpg')], { client })
  expect(nowhere.stderr).toContain('cannot be written (ENOENT)')
})

it('says so where there is none', async () => {
  const read = async () =>
    await Promise.reject(new CarillonError('not_found', `There is no image '${name}'.`))
  const ran = await run(['media', 'get', name, '--out', join(folder, 'none.jpg')], {
    client: { media: { read } },
  })
  expect(ran).toMatchObject({ exitCode: exitCodes.notFound, stderr: expect.stringContaining('no image') })
})

it('stores an image ahead, and tells its name', async () => {
  const file = join(images.path(), 'poster.jpg')
  const media = mediaOf(await readFile(file))
  const upload = async () => ({ media, mime: 'image/jpeg', bytes: 9, width: 64, height: 32 })
  const { stdout } = await run(['media', 'upload', file, '--json'], { client: { media: { upload } } })
  expect(JSON.parse(stdout)).toMatchObject({ media, width: 64 })
  const missing = await run(['media', 'upload', join(folder, 'missing.jpg')], {
    client: { media: { upload } },
  })
  expect(missing).toMatchObject({ exitCode: exitCodes.invalid, connected: 0 })
})
