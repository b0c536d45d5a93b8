/** Something personal where nothing of the kind may be. */
export type Finding = { what: string; around: string }

/**
 * Shorter ones are in other numbers and words by chance, and so are texts of one word, or such as `after it`. Names begin with a
 * capital, and so do sentences. What is sent in one test goes the way of what is sent in all, so it is enough that most can be told.
 */
const leastLength = 7
const toBeTold = /^[\d-]+$|^\p{Lu}.*\s|:\/\//su

type Form = { what: string; pattern: RegExp }

const alwaysPersonal: Form[] = [
  // A message's id in hex has such digits by chance.
  { what: 'a number that nobody has', pattern: /(?<![\dA-Za-z])1555\d{7}(?![\dA-Za-z])/ },
  { what: 'a token', pattern: /carillon_[A-Za-z0-9_-]{43}/ },
  { what: 'the token of a bot', pattern: /\b\d{6,}:AA[\w-]{20,}/ },
  { what: 'the secret of an endpoint', pattern: /whsec_[A-Za-z0-9+/=_-]{16,}/ },
  { what: 'a password of Postgres', pattern: /postgres(?:ql)?:\/\/[^:@/\s"]+:[^@/\s"]+@/ },
  { what: 'a bearer token', pattern: /\bbearer +[A-Za-z0-9._~+/-]{16,}/i },
]

export type Finder = (text: string | Buffer) => Finding[]

/** Where nothing of anybody may be: in logs and in what Temporal shows. */
const anyJid: Form = {
  what: 'a JID',
  pattern: /\b\d{5,}(?:[-_:]\d+)*@(?:s\.whatsapp\.net|g\.us|lid|broadcast|newsletter)/,
}
/** A group's id of today and a LID are nobody's number, and are the keys of rows. */
const numberedJid: Form = {
  what: 'a number in a JID',
  pattern: /(?<![A-Za-z0-9_-])\d{5,}(?:(?:[:_]\d+)*@(?:s\.whatsapp\.net|c\.us)|-\d+@g\.us)/,
}
const idOfToday = /^\d{14,}$/

/** The same for a dump of a database. */
export function dumpFinder(values: Iterable<string>): Finder {
  const stored = [...values].filter((value) => !idOfToday.test(value))
  return finderOf(stored, [numberedJid, ...alwaysPersonal])
}

/** Looks for all of these at once, as words of their own, and for what is personal by its form. */
export function personalFinder(values: Iterable<string>): Finder {
  return finderOf(values, [anyJid, ...alwaysPersonal])
}

function finderOf(values: Iterable<string>, forms: Form[]): Finder {
  const wanted = new Map<number, Buffer[]>()
  const isStart = new Uint8Array(hashes)
  for (const value of values) {
    if (Buffer.byteLength(value) < leastLength || !toBeTold.test(value)) continue
    const bytes = Buffer.from(value)
    const hash = hashAt(bytes, 0)
    isStart[hash] = 1
    wanted.set(hash, [...(wanted.get(hash) ?? []), bytes])
  }
  return (given) => {
    const findings: Finding[] = []
    const bytes = Buffer.from(given)
    const text = typeof given === 'string' ? given : given.toString('latin1')
    for (let at = 0; at <= bytes.length - leastLength; at++) {
      const hash = hashAt(bytes, at)
      if (isStart[hash] === 0) continue
      for (const value of wanted.get(hash) ?? [])
        if (isWordAt(bytes, { at, value }))
          findings.push({ what: value.toString(), around: around(bytes, at, value.length) })
    }
    for (const { what, pattern } of forms) {
      const match = pattern.exec(text)
      if (match) findings.push({ what, around: text.slice(Math.max(0, match.index - 80), match.index + 160) })
    }
    return findings
  }
}

const hashes = 2 ** 20

/** Of four bytes. */
function hashAt(bytes: Buffer, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]
  return (a ^ (b << 4) ^ (c << 8) ^ (d << 12)) & (hashes - 1)
}

/** Not in the middle of a longer word or number. */
function isWordAt(bytes: Buffer, { at, value }: { at: number; value: Buffer }): boolean {
  const end = at + value.length
  if (end > bytes.length || bytes.compare(value, 0, value.length, at, end) !== 0) return false
  const isJoined = (inside: number | undefined, outside: number | undefined) =>
    isWordByte(inside) && isWordByte(outside)
  return !isJoined(value[0], bytes[at - 1]) && !isJoined(value.at(-1), bytes[end])
}

function isWordByte(byte: number | undefined): boolean {
  return byte !== undefined && /[A-Za-z0-9]/.test(String.fromCharCode(byte))
}

function around(bytes: Buffer, at: number, length: number): string {
  return bytes.subarray(Math.max(0, at - 80), at + length + 80).toString()
}
