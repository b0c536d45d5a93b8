import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import type { MediaToStore } from '../store/media.js'

/** WhatsApp's own limit for images. */
const maxImageBytes = 16 * 1024 * 1024
const thumbnailWidth = 32

export type ReadImage = { kind: 'image'; media: MediaToStore } | { kind: 'invalid'; expected: string }

/**
 * An image as WhatsApp shows it well. JPEG and PNG stay byte for byte; WebP, which its clients show as a sticker or
 * not at all, becomes a JPEG.
 */
export async function readImage({ path, folder }: { path: string; folder: string }): Promise<ReadImage> {
  const file = isAbsolute(path) ? path : resolve(folder, path)
  const bytes = await readBounded(file)
  return typeof bytes === 'string' ? { kind: 'invalid', expected: bytes } : await prepareImage(bytes)
}

/** The file's bytes, or what was expected of it. */
async function readBounded(file: string): Promise<Buffer | string> {
  try {
    const { size } = await stat(file)
    if (size > maxImageBytes)
      return `expected an image of at most 16 MB, and this one has ${(size / 1024 / 1024).toFixed(1)} MB`
    return await readFile(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return `expected an image file, and there is no ${file}`
    if (code === 'EISDIR') return `expected an image file, and ${file} is a folder`
    if (code === 'EACCES' || code === 'EPERM')
      return `expected a readable image file, and ${file} may not be read`
    throw error
  }
}

export async function prepareImage(bytes: Buffer): Promise<ReadImage> {
  const { default: sharp } = await import('sharp')
  const invalid = (found: string): ReadImage => ({
    kind: 'invalid',
    expected: `expected a JPEG, PNG or WebP image, and this is ${found}`,
  })
  try {
    const { format } = await sharp(bytes).metadata()
    if (format !== 'jpeg' && format !== 'png' && format !== 'webp') return invalid(format)
    const sent =
      format === 'webp'
        ? await sharp(bytes).autoOrient().flatten({ background: '#fff' }).jpeg({ quality: 90 }).toBuffer()
        : bytes
    // Decodes the whole file, so that a damaged one is refused here and not by the recipients' phones.
    await sharp(sent, { failOn: 'warning' }).stats()
    const thumbnail = await sharp(sent)
      .autoOrient()
      .resize({ width: thumbnailWidth, height: thumbnailWidth, fit: 'inside' })
      .flatten({ background: '#fff' })
      .jpeg({ quality: 50 })
      .toBuffer()
    const { autoOrient } = await sharp(sent).metadata()
    return {
      kind: 'image',
      media: {
        digest: createHash('sha256').update(sent).digest('hex'),
        mime: format === 'png' ? 'image/png' : 'image/jpeg',
        bytes: sent,
        thumbnail,
        width: autoOrient.width,
        height: autoOrient.height,
      },
    }
  } catch (error) {
    return invalid(error instanceof Error ? `none that can be decoded (${firstLine(error.message)})` : 'none')
  }
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text
}
