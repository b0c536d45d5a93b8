import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { maxImageBytes, type MediaKind } from '../../../domain/definition.js'
import type { MediaToStore } from '../../../store/reminders/media.js'
import { isAnimatedPng, isPlainJpeg, isPlainPng } from './plain-image.js'
import { say } from '../../../domain/sentences/say.js'

/** The largest photos of phones have 64 and 100 million; decoded, a pixel takes three or four bytes of memory. */
const maxPixels = 100_000_000
const thumbnailWidth = 32
const jpegQuality = 90
/** Of how an image is made ready: another one gives another digest. */
const preparation = 'carillon-image-1'

export type ReadMedia =
  | { kind: 'read'; media: MediaToStore }
  /** It is in Postgres already. */
  | { kind: 'stored'; digest: string }
  | { kind: 'invalid'; expected: string }

/** A file that a part names, as it was written; `folder` is where a relative path begins. */
export type NamedFile = { kind: MediaKind; path: string; folder: string }

const readers: Record<MediaKind, (file: string) => Promise<ReadMedia>> = { image: readImage }

/** Reads the file and makes it ready to be sent as what the part says that it is. */
export async function readMedia(named: NamedFile): Promise<ReadMedia> {
  return await readers[named.kind](absolutePath(named))
}

/** Equal where the same file is to be read as the same kind. */
export function fileKey(named: NamedFile): string {
  return `${named.kind}:${absolutePath(named)}`
}

export function absolutePath({ path, folder }: Pick<NamedFile, 'path' | 'folder'>): string {
  return isAbsolute(path) ? path : resolve(folder, path)
}

/**
 * An image as WhatsApp shows it well, and as its operator meant it: upright, in sRGB, on white where it is transparent,
 * and without what cameras and programs write beside the picture (place, time, device, comments). A JPEG or PNG that is
 * so already stays byte for byte; others are made anew, PNG without loss. WebP becomes a JPEG, since WhatsApp's apps
 * show it as a sticker or not at all.
 */
async function readImage(file: string): Promise<ReadMedia> {
  const bytes = await readImageFile(file)
  return typeof bytes === 'string' ? { kind: 'invalid', expected: bytes } : await prepareImage(bytes)
}

/** The file's bytes, or what was expected of it. */
export async function readImageFile(file: string): Promise<Buffer | string> {
  try {
    const { size } = await stat(file)
    if (size > maxImageBytes) return say('imageTooBig', { megabytes: (size / 1024 / 1024).toFixed(1) })
    return await readFile(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return say('imageMissing', { file })
    if (code === 'EISDIR') return say('imageFolder', { file })
    if (code === 'EACCES' || code === 'EPERM') return say('imageUnreadable', { file })
    throw error
  }
}

export async function prepareImage(bytes: Buffer): Promise<ReadMedia> {
  const invalid = (found: string): ReadMedia => ({
    kind: 'invalid',
    expected: say('imageKind', { found }),
  })
  const { default: sharp } = await import('sharp')
  // Only the three are ever given to a decoder.
  const kind = kindOf(bytes)
  if (kind.format === undefined) return invalid(kind.found)
  try {
    // The header alone, whatever size it tells of.
    const header = await sharp(bytes, { limitInputPixels: false }).metadata()
    const pixels = header.width * (header.pageHeight ?? header.height)
    if (pixels > maxPixels)
      return {
        kind: 'invalid',
        expected: say('imageTooManyPixels', {
          most: millions(maxPixels),
          has: millions(pixels),
          size: `${header.width} × ${header.pageHeight ?? header.height}`,
        }),
      }
    if ((header.pages ?? 1) > 1) return invalid(say('phraseAnimated', { count: header.pages ?? 0 }))
    // Decodes the whole file, so that a damaged one is refused here and not by the recipients' phones.
    const options = { limitInputPixels: maxPixels, failOn: 'warning' } as const
    await sharp(bytes, options).stats()
    const isPlain =
      header.space === 'srgb' || header.space === 'b-w'
        ? (kind.format === 'jpeg' && isPlainJpeg(bytes)) ||
          (kind.format === 'png' && isPlainPng(bytes) && !header.hasAlpha)
        : false
    const sent = isPlain ? { bytes, format: kind.format } : await madeAnew()
    const thumbnail = await sharp(sent.bytes, options)
      .resize({ width: thumbnailWidth, height: thumbnailWidth, fit: 'inside' })
      .jpeg({ quality: 50 })
      .toBuffer()
    const { width, height } = await sharp(sent.bytes, options).metadata()
    return {
      kind: 'read',
      media: {
        digest: fileDigest(bytes, isPlain),
        mime: sent.format === 'png' ? 'image/png' : 'image/jpeg',
        bytes: sent.bytes,
        thumbnail,
        width,
        height,
      },
    }

    async function madeAnew(): Promise<{ bytes: Buffer; format: 'jpeg' | 'png' }> {
      // sharp writes no metadata and no profile unless it is asked to; pixels are converted from the profile they have.
      const picture = sharp(bytes, options).autoOrient().flatten({ background: '#fff' }).toColourspace('srgb')
      if (kind.format === 'png') {
        const png = await picture.clone().png().toBuffer()
        if (png.length <= maxImageBytes) return { bytes: png, format: 'png' }
      }
      return { bytes: await picture.jpeg({ quality: jpegQuality }).toBuffer(), format: 'jpeg' }
    }
  } catch (error) {
    return invalid(
      error instanceof Error
        ? say('phraseUndecodable', { why: firstLine(error.message) })
        : say('phraseNone'),
    )
  }
}

/**
 * By the file that was given, so that the same file has the same digest with whatever version of the encoder: a
 * reminder that is created again is then the same one.
 */
function fileDigest(given: Buffer, isPlain: boolean): string {
  const hash = createHash('sha256')
  if (!isPlain) hash.update(`${preparation}\0`)
  return hash.update(given).digest('hex')
}

/** By its first bytes; undefined for what is none that can be sent. */
export function imageTypeOf(bytes: Buffer): `image/${'jpeg' | 'png' | 'webp'}` | undefined {
  const { format } = kindOf(bytes)
  return format && `image/${format}`
}

function kindOf(bytes: Buffer): { format: 'jpeg' | 'png' | 'webp' } | { format: undefined; found: string } {
  const at = (from: number, text: string) => bytes.toString('latin1', from, from + text.length) === text
  if (at(0, '\xff\xd8\xff')) return { format: 'jpeg' }
  if (at(0, '\x89PNG\r\n\x1a\n'))
    return isAnimatedPng(bytes) ? { format: undefined, found: say('phraseAnimatedPng') } : { format: 'png' }
  if (at(0, 'RIFF') && at(8, 'WEBP')) return { format: 'webp' }
  if (at(0, 'GIF8')) return { format: undefined, found: say('phraseGif') }
  if (at(4, 'ftypavif')) return { format: undefined, found: say('phraseAvif') }
  if (at(4, 'ftyp')) return { format: undefined, found: say('phraseHeic') }
  return { format: undefined, found: say('phraseUnknownBytes') }
}

function millions(pixels: number): string {
  return (pixels / 1_000_000).toFixed(pixels % 1_000_000 === 0 ? 0 : 1)
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text
}
