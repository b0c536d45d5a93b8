import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { prepareImage } from '../../src/client/input/media/media.js'
import type { MediaToStore } from '../../src/store/reminders/media.js'

/** What is found in files of cameras and programs, and must not be sent on. */
const secrets = {
  IFD0: { Make: 'Pocket-Camera-7', Copyright: 'A. Example' },
  IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' },
}
const picture = () => sharp({ create: { width: 60, height: 40, channels: 3, background: '#357' } })

/** The left half red, the right half blue. */
async function halves(): Promise<Buffer> {
  const half = (background: string) =>
    sharp({ create: { width: 30, height: 40, channels: 3, background } })
      .png()
      .toBuffer()
  return await picture()
    .composite([
      { input: await half('#f00'), left: 0, top: 0 },
      { input: await half('#00f'), left: 30, top: 0 },
    ])
    .png()
    .toBuffer()
}

describe('nothing but the picture is sent', () => {
  test.each(['jpeg', 'png', 'webp'] as const)(
    'EXIF with its place, XMP and profile are gone from a %s',
    async (format) => {
      const file = await picture()
        .withExif(secrets)
        .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">somebody</x:xmpmeta>')
        .withIccProfile('p3')
        .toFormat(format)
        .toBuffer()
      const before = await sharp(file).metadata()
      expect([before.exif, before.xmp, before.icc].every((part) => part !== undefined)).toBe(true)
      const { bytes, thumbnail } = await prepared(file)
      for (const sent of [bytes, thumbnail]) {
        const { exif, xmp, iptc, icc, orientation } = await sharp(sent).metadata()
        expect({ exif, xmp, iptc, icc, orientation }).toEqual({})
        for (const text of ['Pocket-Camera', 'Example', 'somebody', 'GPS'])
          expect(sent.includes(text)).toBe(false)
      }
    },
  )

  test('comments, and what is hidden behind the end of the picture, are gone too', async () => {
    const jpeg = await picture().jpeg().toBuffer()
    const comment = Buffer.concat([Buffer.of(0xff, 0xfe, 0, 2 + 8), Buffer.from('a secret')])
    const commented = Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)])
    const png = await picture().png().toBuffer()
    const text = chunk('tEXt', Buffer.from('Author\0a secret'))
    const files = [
      commented,
      Buffer.concat([jpeg, Buffer.from('a secret')]),
      Buffer.concat([png, Buffer.from('a secret')]),
      Buffer.concat([png.subarray(0, 33), text, png.subarray(33)]),
    ]
    for (const file of files) expect((await prepared(file)).bytes.includes('a secret')).toBe(false)
  })

  test.each([
    ['jpeg', picture().jpeg()],
    ['progressive jpeg', picture().jpeg({ progressive: true })],
    ['grey jpeg', picture().greyscale().jpeg()],
    ['png', picture().png()],
    ['palette png', picture().png({ palette: true })],
  ])('a plain %s stays byte for byte, under the digest of the file', async (_kind, plain) => {
    const file = await plain.toBuffer()
    const { bytes, digest } = await prepared(file)
    expect(bytes.equals(file)).toBe(true)
    expect(digest).toBe(createHash('sha256').update(file).digest('hex'))
  })
})

describe('it looks as it did', () => {
  test('the orientation is in the pixels', async () => {
    // 6: the camera was turned; what is at the left is shown at the top.
    const file = await sharp(await halves())
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    const media = await prepared(file)
    expect([media.width, media.height]).toEqual([40, 60])
    expect(near(await pixel(media.bytes, 20, 5), [255, 0, 0])).toBe(true)
    expect(near(await pixel(media.bytes, 20, 55), [0, 0, 255])).toBe(true)
    expect(await sharp(media.thumbnail).metadata()).toMatchObject({ width: 21, height: 32 })
  })

  test.each(['png', 'webp'] as const)('what is transparent in a %s is white', async (format) => {
    const clear = { width: 20, height: 20, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } as const
    const media = await prepared(await sharp({ create: clear }).toFormat(format).toBuffer())
    expect(media.mime).toBe(format === 'png' ? 'image/png' : 'image/jpeg')
    for (const sent of [media.bytes, media.thumbnail]) {
      expect((await sharp(sent).metadata()).hasAlpha).toBe(false)
      expect(near(await pixel(sent, 5, 5), [255, 255, 255])).toBe(true)
    }
  })

  test('CMYK becomes sRGB, with its colours', async () => {
    const file = await sharp(await halves())
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer()
    expect((await sharp(file).metadata()).space).toBe('cmyk')
    const { bytes } = await prepared(file)
    expect(await sharp(bytes).metadata()).toMatchObject({ space: 'srgb', channels: 3 })
    const [red = 0, , blue = 255] = await pixel(bytes, 5, 20)
    expect(red).toBeGreaterThan(150)
    expect(blue).toBeLessThan(100)
  })

  test('colours of a wide profile are converted to sRGB', async () => {
    const file = await picture().withIccProfile('p3').png().toBuffer()
    const { bytes } = await prepared(file)
    expect(near(await pixel(bytes, 5, 5), [0x33, 0x55, 0x77])).toBe(true)
  })

  test('sixteen bits a channel become eight', async () => {
    const { bytes } = await prepared(await picture().toColourspace('rgb16').png().toBuffer())
    expect((await sharp(bytes).metadata()).depth).toBe('uchar')
  })
})

test('the same file has the same digest and bytes each time, and another preparation another digest', async () => {
  const file = await picture().withExif(secrets).jpeg().toBuffer()
  const [first, second] = await Promise.all([prepared(file), prepared(file)])
  expect(second).toEqual(first)
  expect(first.digest).not.toBe(createHash('sha256').update(file).digest('hex'))
})

describe('what is refused', () => {
  test('a picture of too many pixels, before it is decoded, with both figures', async () => {
    // Only its header is whole: whatever decodes it fails in another way.
    const expected =
      'expected an image of at most 100 million pixels, and this one has 400 million (20000 × 20000)'
    expect(await prepareImage(cutOff(20_000, 20_000))).toEqual({ kind: 'invalid', expected })
    const { expected: larger } = await refused(cutOff(9_000_000, 9_000_000))
    expect(larger).toContain('at most 100 million pixels')
  })

  test('a small file that would grow to many pixels', async () => {
    const rows = deflateSync(Buffer.alloc(20_000 * 2_501), { level: 9 })
    const bomb = Buffer.concat([
      pngHeader(20_000, 20_000, 1),
      chunk('IDAT', rows),
      chunk('IEND', Buffer.alloc(0)),
    ])
    expect(bomb.length).toBeLessThan(100_000)
    expect((await refused(bomb)).expected).toContain('400 million')
  })

  test('an animated WebP, GIF and PNG', async () => {
    const frames = await Promise.all(['#f00', '#0f0'].map(frame))
    const animated = sharp(frames, { join: { animated: true } })
    const webp = await animated
      .clone()
      .webp({ loop: 0, delay: [100, 100] })
      .toBuffer()
    expect((await sharp(webp).metadata()).pages).toBe(2)
    expect((await refused(webp)).expected).toContain('an animated one (2 pictures)')
    expect((await refused(await animated.clone().gif().toBuffer())).expected).toContain('this is a GIF')
    const png = await picture().png().toBuffer()
    const apng = Buffer.concat([png.subarray(0, 33), chunk('acTL', Buffer.alloc(8)), png.subarray(33)])
    expect((await refused(apng)).expected).toContain('this is an animated PNG')
  })

  test.each(['jpeg', 'png', 'webp'] as const)('a %s that was cut off', async (format) => {
    const noise = { type: 'gaussian', mean: 120, sigma: 40 } as const
    const create = { width: 300, height: 300, channels: 3, background: '#fff', noise } as const
    const whole = await sharp({ create }).toFormat(format).toBuffer()
    for (const part of [0.02, 0.5, 0.98])
      expect((await refused(whole.subarray(0, Math.floor(whole.length * part)))).expected).toContain(
        'can be decoded',
      )
  })

  test.each([
    [
      'SVG, which could ask for other files',
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      'first bytes',
    ],
    ['a PDF', '%PDF-1.7', 'first bytes'],
    ['HEIC', '\0\0\0\x18ftypheic', 'a HEIC image or a video'],
    ['an empty file', '', 'first bytes'],
  ])('%s', async (_what, text, found) =>
    expect((await refused(Buffer.from(text, 'latin1'))).expected).toContain(found),
  )
})

async function prepared(file: Buffer): Promise<MediaToStore> {
  const read = await prepareImage(file)
  if (read.kind !== 'read') throw new Error(JSON.stringify(read))
  return read.media
}

async function refused(file: Buffer): Promise<{ expected: string }> {
  const read = await prepareImage(file)
  if (read.kind !== 'invalid') throw new Error('it was taken')
  return read
}

async function pixel(bytes: Buffer, x: number, y: number): Promise<number[]> {
  const raw = await sharp(bytes)
    .extract({ left: x, top: y, width: 1, height: 1 })
    .toColourspace('srgb')
    .raw()
    .toBuffer()
  return [...raw]
}

function near(found: number[], wanted: number[]): boolean {
  return (
    found.length === wanted.length &&
    found.every((value, index) => Math.abs(value - (wanted[index] ?? 0)) <= 12)
  )
}

async function frame(background: string): Promise<Buffer> {
  return await sharp({ create: { width: 8, height: 8, channels: 3, background } })
    .png()
    .toBuffer()
}

function cutOff(width: number, height: number): Buffer {
  return Buffer.concat([pngHeader(width, height), chunk('IDAT', Buffer.of(0x78))])
}

function pngHeader(width: number, height: number, bitDepth = 8): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = bitDepth
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header)])
}

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** Of the PNG specification, annex D; node:zlib has it from version 22 on. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}
