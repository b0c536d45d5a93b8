/** WhatsApp's framing: an optional routing header, a 4-byte intro, then frames behind a 3-byte length. */
const INTRO_BYTES = 4
const LENGTH_BYTES = 3
const ROUTING_MARK = Buffer.from('ED')
const ROUTING_HEADER_BYTES = 7

export const frame = (payload: Uint8Array): Buffer => {
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUIntBE(payload.length, 0, LENGTH_BYTES)
  return Buffer.concat([length, payload])
}

export class FrameReader {
  #bytes: Buffer = Buffer.alloc(0)
  #introRead = false

  /** The frames that are complete with these bytes; the rest waits for more. */
  read(bytes: Buffer): Buffer[] {
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    if (!this.#introRead && !this.#skipIntro()) return []
    const frames: Buffer[] = []
    while (this.#bytes.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + this.#bytes.readUIntBE(0, LENGTH_BYTES)
      if (this.#bytes.length < end) break
      frames.push(this.#bytes.subarray(LENGTH_BYTES, end))
      this.#bytes = this.#bytes.subarray(end)
    }
    return frames
  }

  #skipIntro(): boolean {
    let intro = INTRO_BYTES
    if (this.#bytes.subarray(0, 2).equals(ROUTING_MARK)) {
      if (this.#bytes.length < ROUTING_HEADER_BYTES) return false
      intro += ROUTING_HEADER_BYTES + this.#bytes.readUIntBE(4, 3)
    }
    if (this.#bytes.length < intro) return false
    this.#bytes = this.#bytes.subarray(intro)
    this.#introRead = true
    return true
  }
}
