/** The text of a file, as editors of any system save it; undefined where it is none. */
export function decodeText(bytes: Uint8Array): string | undefined {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8'
  try {
    return new TextDecoder(bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : encoding, {
      fatal: true,
    }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
