/**
 * Whether an image file holds the picture and nothing else, so that it can be sent byte for byte. What is not known
 * here counts as something else: to make a file anew costs a little time, and a place that was told costs more.
 */

// ITU-T T.81, table B.1.
const marker = { soi: 0xd8, eoi: 0xd9, sos: 0xda, dqt: 0xdb, dri: 0xdd, app0: 0xe0, app14: 0xee } as const

/** Tables, frames and scans only; no EXIF, XMP, profile or comment, and nothing behind the picture's end. */
export function isPlainJpeg(bytes: Buffer): boolean {
  let at = 2
  while (at + 2 <= bytes.length && bytes[at] === 0xff) {
    const kind = bytes[at + 1] ?? 0
    if (kind === marker.eoi) return at + 2 === bytes.length
    if (at + 4 > bytes.length) return false
    const length = bytes.readUInt16BE(at + 2)
    // SOF0–15, among them DHT (C4), JPG and DAC. JFIF, but for a thumbnail in it; Adobe's word on colours.
    const isKnown =
      (kind >= 0xc0 && kind <= 0xcf) ||
      [marker.sos, marker.dqt, marker.dri].some((known) => known === kind) ||
      (kind === marker.app0 && length === 16) ||
      (kind === marker.app14 && length === 14)
    if (!isKnown) return false
    at += 2 + length
    if (kind === marker.sos) at = endOfScan(bytes, at)
  }
  return false
}

/** In the data of a scan a zero or a restart follows each FF: the first other one is the next marker. */
function endOfScan(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(0xff, from)
  for (; at !== -1; at = bytes.indexOf(0xff, at + 2)) {
    const next = bytes[at + 1] ?? 0
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at
  }
  return bytes.length
}

const pngChunks = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'sRGB', 'gAMA', 'cHRM', 'sBIT', 'pHYs'])

/** Of the chunks that a picture without transparency needs, and nothing behind its end. */
export function isPlainPng(bytes: Buffer): boolean {
  let at = 8
  while (at + 12 <= bytes.length) {
    const kind = bytes.toString('latin1', at + 4, at + 8)
    if (!pngChunks.has(kind)) return false
    at += 12 + bytes.readUInt32BE(at)
    if (kind === 'IEND') return at === bytes.length
  }
  return false
}

/** A PNG that moves (APNG): decoders that do not know it show its first picture. */
export function isAnimatedPng(bytes: Buffer): boolean {
  let at = 8
  while (at + 12 <= bytes.length) {
    const kind = bytes.toString('latin1', at + 4, at + 8)
    if (kind === 'acTL') return true
    if (kind === 'IDAT') return false
    at += 12 + bytes.readUInt32BE(at)
  }
  return false
}
