import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll } from 'vitest'

/** A folder with images, good and bad; its path is known once the tests run. */
export function imageFolder(): { path: () => string } {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'carillon-input-'))
    const picture = sharp({ create: { width: 64, height: 32, channels: 3, background: '#357' } })
    await picture.clone().jpeg().toFile(join(folder, 'poster.jpg'))
    await picture.clone().webp().toFile(join(folder, 'poster.webp'))
    await picture.clone().gif().toFile(join(folder, 'poster.gif'))
    await writeFile(join(folder, 'notes.jpg'), 'no picture at all')
    // Its last blocks are missing: a decoder that makes a small picture of it never looks at them.
    const noise = { type: 'gaussian', mean: 120, sigma: 40 } as const
    const large = { width: 900, height: 900, channels: 3, background: '#fff', noise } as const
    const whole = await sharp({ create: large }).jpeg().toBuffer()
    await writeFile(join(folder, 'torn.jpg'), whole.subarray(0, Math.floor(whole.length * 0.995)))
  })
  afterAll(async () => await rm(folder, { recursive: true }))
  return { path: () => folder }
}
