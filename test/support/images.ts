import sharp from 'sharp'

/** A picture of one colour: another colour is another file. */
export async function imageBytes({
  red = 40,
  width = 640,
  height = 480,
  format = 'jpeg',
}: {
  red?: number
  width?: number
  height?: number
  format?: 'jpeg' | 'png' | 'webp'
} = {}): Promise<Buffer> {
  const background = { r: red, g: 120, b: 90 }
  return await sharp({ create: { width, height, channels: 3, background } })
    .toFormat(format)
    .toBuffer()
}
