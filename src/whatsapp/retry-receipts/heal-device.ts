import { extractE2ESessionFromRetryReceipt, getBinaryNodeChildUInt, type BinaryNode } from '../baileys.js'
import type { Connection } from '../connection.js'
import { endSessions } from '../devices/ask-keys.js'
import type { DeviceCache } from '../devices/device-cache.js'
import { errorFields, isFromOutside } from '../errors.js'
import { ownId } from '../own-id.js'
import type { RetryReceipt } from './retry-receipt.js'
import { forgetThatTheyHaveTheKey } from './sender-key-memory.js'

/**
 * Makes the next message readable for a device that could not read one: begins a session with the keys that it sent along,
 * or ends one that can't be right, and notes that this device, and no other one, lacks the group's key. Asks WhatsApp nothing.
 */
export async function healDevice(
  { socket, logger }: Connection,
  devices: DeviceCache,
  { receipt, spellings, node }: { receipt: RetryReceipt; spellings: readonly string[]; node: BinaryNode },
): Promise<void> {
  const { device, chat, count } = receipt
  const { signalRepository, authState } = socket
  const bundle = extractE2ESessionFromRetryReceipt(node)
  await authState.keys.transaction(async () => {
    let isNew = false
    try {
      if (bundle !== null) {
        // It may lack a one-time key, which the type does not know of.
        const session = bundle as Parameters<typeof signalRepository.injectE2ESession>[0]['session']
        await signalRepository.injectE2ESession({ jid: device, session })
        isNew = true
      }
    } catch (error) {
      if (isFromOutside(error)) throw error
      logger.warn(errorFields(error), 'the keys of a retry receipt are of no use')
    }
    if (!isNew && (count > 1 || (await isOtherInstallation(node)))) await endSessions(socket, [device])
    if (chat.endsWith('@g.us')) await forgetThatTheyHaveTheKey(authState.keys, chat, spellings)
    if (isNew) devices.takeIn(device)
  }, ownId(socket))

  async function isOtherInstallation(receiptNode: BinaryNode): Promise<boolean> {
    const its = getBinaryNodeChildUInt(receiptNode, 'registration', 4)
    const known = (await signalRepository.getSessionInfo(device))?.registrationId
    return its !== undefined && known !== undefined && known !== 0 && known !== its
  }
}
