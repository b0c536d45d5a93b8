/**
 * The bare loop: nothing but Baileys, with its keys in memory. Links itself, uploads the image once, and sends a text
 * and the image to one group after the other, each when the one before is acknowledged. Prints one line of JSON.
 */
import { readFileSync } from 'node:fs'
import {
  generateWAMessageContent,
  initAuthCreds,
  type SignalDataSet,
  type SignalDataTypeMap,
} from '../../src/whatsapp/baileys.js'
import { silentLogger } from '../../src/whatsapp/silent-logger.js'
import { openBareSocket } from '../shared/bare-socket.js'
import { barePhone, groupJid } from '../shared/one-account.js'

export type BareResult = { messages: number; wallMs: number; processorMs: number }

const [controlUrl = '', whatsappUrl = '', imageFile = '', first = '0', count = '0'] = process.argv.slice(2)
const creds = initAuthCreds()
const values = new Map<string, unknown>()
const keys = {
  get: <T extends keyof SignalDataTypeMap>(type: T, ids: string[]) => {
    const found: { [id: string]: SignalDataTypeMap[T] } = {}
    for (const id of ids) {
      const value = values.get(`${type} ${id}`)
      if (value !== undefined) found[id] = value as SignalDataTypeMap[T]
    }
    return found
  },
  set: (data: SignalDataSet) => {
    for (const [type, entries] of Object.entries(data))
      for (const [id, value] of Object.entries(entries as Record<string, unknown>))
        if (value === null) values.delete(`${type} ${id}`)
        else values.set(`${type} ${id}`, value)
  },
}
async function run(): Promise<BareResult> {
  const auth = { creds, keys }
  const { socket, send } = await openBareSocket({ auth, controlUrl, whatsappUrl, phone: barePhone })
  const image = await generateWAMessageContent(
    { image: readFileSync(imageFile), caption: 'The trip', mimetype: 'image/jpeg', jpegThumbnail: '' },
    { upload: socket.waUploadToServer, logger: silentLogger },
  )
  const processor = process.cpuUsage()
  const begunMs = performance.now()
  for (let index = Number(first); index < Number(first) + Number(count); index++) {
    await send(groupJid(index), { conversation: 'Class trip on Friday' })
    await send(groupJid(index), image)
  }
  const wallMs = performance.now() - begunMs
  const { user, system } = process.cpuUsage(processor)
  await socket.end(undefined)
  return { messages: 2 * Number(count), wallMs, processorMs: (user + system) / 1_000 }
}

run().then(
  (result) => {
    process.stdout.write(`${JSON.stringify(result)}\n`)
    process.exit(0)
  },
  (error: unknown) => {
    process.stderr.write(`bare loop: ${error instanceof Error ? error.stack : String(error)}\n`)
    process.exit(1)
  },
)
