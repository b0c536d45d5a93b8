import { randomBytes } from 'node:crypto'
import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common'
import { createPayloadCodec } from '../../src/codec/payload-codec.js'
import { readArguments } from '../../src/stack/program-arguments.js'
import { KeyRing } from '../../src/store/encryption/key-ring.js'

/** `npm run bench:codec`: what sealing costs the thread of a worker that everything else of it needs, too. */
const usage = `npm run bench:codec -- [--json]

Seals and opens payloads of 100 B and of 10 kB as a worker does, and says how many microseconds each takes, beside the same
through a codec that does nothing, and by how many bytes it grows.`

const sizes = [100, 10_000]
const rounds = 20_000
const warmUp = 2_000

const nothing: PayloadCodec = { encode: async (all) => all, decode: async (all) => all }

async function microseconds(work: () => Promise<unknown>): Promise<number> {
  for (let round = 0; round < warmUp; round++) await work()
  // Of the processor: what else the machine does meanwhile is not counted.
  const before = process.cpuUsage()
  for (let round = 0; round < rounds; round++) await work()
  const { user, system } = process.cpuUsage(before)
  return Number(((user + system) / rounds).toFixed(1))
}

async function measure(bytes: number) {
  const codec = createPayloadCodec(KeyRing.of(randomBytes(32)))
  // As much text as makes so many bytes of JSON.
  const payload = defaultPayloadConverter.toPayload('x'.repeat(bytes - 2))
  const sealed = await codec.encode([payload])
  const size = ({ data }: Payload) => data?.length ?? 0
  return {
    bytes,
    sealUs: await microseconds(async () => await codec.encode([payload])),
    openUs: await microseconds(async () => await codec.decode(sealed)),
    nothingUs: await microseconds(async () => await nothing.encode([payload])),
    growsBytes: sealed.reduce((sum, one) => sum + size(one), 0) - size(payload),
  }
}

async function run(): Promise<void> {
  const options = readArguments(process.argv.slice(2), { values: [] })
  if (options === undefined) {
    process.stdout.write(`${usage}\n`)
    return
  }
  for (const bytes of sizes) {
    const { sealUs, openUs, nothingUs, growsBytes, ...found } = await measure(bytes)
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ ...found, sealUs, openUs, nothingUs, growsBytes })}\n`
        : `${bytes} B: sealed in ${sealUs} µs, opened in ${openUs} µs (nothing done: ${nothingUs} µs), ${growsBytes} B more\n`,
    )
  }
}

run().catch((error: unknown) => {
  process.stderr.write(`carillon codec: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
