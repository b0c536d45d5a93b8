/**
 * The recipients' own process. It decrypts what the server accepted, in order and at low priority, so that its
 * cryptography never delays an acknowledgement. It ends when the server does.
 */
import '../quiet.js'
import './native-verify.js'
import { createHash } from 'node:crypto'
import { setPriority, constants } from 'node:os'
import { downloadContentFromMessage } from '@whiskeysockets/baileys'
import { messageOf } from '../failure.js'
import { contentOf } from './content.js'
import type { FromRecipients, Reading, Sealed, SealedMedia, ToRecipients, Writing } from './messages.js'
import { NothingForRecipient } from './phone.js'
import { RecipientsState } from './state.js'

const tell = (message: FromRecipients): void => {
  if (process.connected) process.send?.(message)
}

const read = async (state: RecipientsState, sealed: Sealed, index: number): Promise<Reading> => {
  const { reader: recipient, encrypted } = sealed.recipients[index] ?? { reader: '' }
  try {
    const message = await state.reader(recipient).decrypt(sealed, encrypted)
    return { recipient, kind: 'read', ...contentOf(message), at: Date.now() }
  } catch (error) {
    const asks = !(error instanceof NothingForRecipient)
    return { recipient, kind: 'failed', error: messageOf(error), asks, at: Date.now() }
  }
}

const deliver = async (state: RecipientsState, sealed: Sealed): Promise<void> => {
  // Delivered before a restart of the server, which could not know yet.
  if (sealed.order <= state.lastOrder) return
  const readings: Reading[] = []
  for (const index of sealed.recipients.keys()) readings.push(await read(state, sealed, index))
  if (!process.connected) return
  const delivery = { order: sealed.order, readings }
  state.done(delivery)
  tell({ kind: 'delivered', delivery })
}

const write = async (state: RecipientsState, request: number, writing: Writing): Promise<void> => {
  try {
    const parts = await state.reader(writing.phone).encrypt(writing)
    // Before it is sent: a phone that was killed must not encrypt another message with the same key.
    state.wrote(writing.phone)
    tell({ kind: 'written', request, written: { parts } })
  } catch (error) {
    tell({ kind: 'written', request, written: { error: messageOf(error) } })
  }
}

const download = async (request: number, media: SealedMedia, host: string): Promise<void> => {
  try {
    const stream = await downloadContentFromMessage(media, media.kind, { host })
    const hash = createHash('sha256')
    let bytes = 0
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      hash.update(chunk)
      bytes += chunk.length
    }
    tell({ kind: 'downloaded', request, result: { sha256: hash.digest('hex'), bytes } })
  } catch (error) {
    tell({ kind: 'downloaded', request, result: { error: messageOf(error) } })
  }
}

let state: RecipientsState | undefined
let queue = Promise.resolve()

const receive = (message: ToRecipients): void => {
  if (message.kind === 'start') {
    state = new RecipientsState(message.stateDir, message.seed)
    for (const [reader, installation] of message.installations) state.reinstall(reader, installation)
    tell({ kind: 'restored', deliveries: state.deliveries, lastOrder: state.lastOrder })
    return
  }
  if (message.kind === 'download') {
    void download(message.request, message.media, message.host)
    return
  }
  const current = state
  if (!current) throw new Error('A stanza came before the start message')
  if (message.kind === 'reinstall') {
    queue = queue.then(() => current.reinstall(message.reader, message.installation))
    return
  }
  queue = queue.then(() =>
    message.kind === 'write'
      ? write(current, message.request, message.writing)
      : deliver(current, message.sealed),
  )
}

// libsignal prints each failed decryption; here it is a reading like any other. Crashes still reach stderr.
Object.assign(console, { error: () => undefined })
setPriority(constants.priority.PRIORITY_LOW)
// A terminal's Ctrl-C reaches the whole process group; the server decides when this process ends.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
process.on('message', (message) => receive(message as ToRecipients))
process.on('disconnect', () => process.exit(0))
