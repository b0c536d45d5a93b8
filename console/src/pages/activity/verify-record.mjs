import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'

const [file, publicKey] = process.argv.slice(2)
function canonical(value) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical)}]`
  const names = Object.keys(value).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)}}`
}
function checkSigned({ signature, ...signed }) {
  if (publicKey !== undefined && signed.publicKey !== publicKey) throw new Error('signed by another key')
  const key = createPublicKey({ key: Buffer.from(signed.publicKey, 'base64'), format: 'der', type: 'spki' })
  const isRight = verify(null, Buffer.from(canonical(signed)), key, Buffer.from(signature, 'base64'))
  if (!isRight) throw new Error('a signature is wrong')
}
let [last, end] = [{ seq: 0, hash: '0'.repeat(64) }]
for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
  const { hash, entry, cut, head } = JSON.parse(line)
  if (cut ?? head) checkSigned(cut ?? head)
  if (cut) last = cut
  if (head) end = head
  if (!entry) continue
  const found = createHash('sha256').update(canonical(entry)).digest('hex')
  if (found !== hash || entry.prev !== last.hash || entry.seq !== last.seq + 1)
    throw new Error(`row ${last.seq + 1} is altered or missing`)
  last = { seq: entry.seq, hash }
}
if (end?.seq !== last.seq || end.hash !== last.hash) throw new Error('the newest rows are missing')
console.log(`${last.seq} rows, signed by ${end.publicKey}`)
