import {
  extractE2ESessionFromRetryReceipt,
  getBinaryNodeChildUInt,
  isJidGroup,
  type BinaryNode,
} from '../baileys.js'
import type { Connection } from '../connection.js'
import { endSessions } from '../devices/ask-keys.js'
import type { DeviceCache } from '../devices/device-cache.js'
import { errorFields, isFromOutside } from '../errors.js'
import { ownId } from '../own-id.js'
import type { RetryReceipt } from './retry-receipt.js'
import { forgetThatTheyHaveTheKey } from './sender-key-memory.js'

export type SickDevice = {
  receipt: RetryReceipt
  /** The device by number and by LID, as far as is known. */
  spellings: readonly string[]
  node: BinaryNode
}

/**
 * Makes the next message readable for devices that could not read one: begins a session with the keys that one sent along,
 * or ends a session that can't be right, and notes that these devices, and no other ones, lack the group's key. Asks WhatsApp
 * nothing. All in one transaction, which excludes the relays of messages.
 */
export async function healDevices(
  { socket, logger }: Connection,
  devices: DeviceCache,
  sick: readonly SickDevice[],
): Promise<void> {
  const { signalRepository, authState } = socket
  if (sick.length === 0) return
  await authState.keys.transaction(async () => {
    const ended: string[] = []
    const lacking = new Map<string, string[]>()
    for (const { receipt, spellings, node } of sick) {
      const { device, chat, count } = receipt
      if (await beginSession(device, node)) devices.takeIn(device)
      else if (count > 1 || (await isOtherInstallation(device, node))) ended.push(device)
      if (isJidGroup(chat) === true) lacking.set(chat, [...(lacking.get(chat) ?? []), ...spellings])
    }
    await endSessions(socket, ended)
    for (const [group, without] of lacking) await forgetThatTheyHaveTheKey(authState.keys, group, without)
  }, ownId(socket))

  /** Whether it sent keys that are of use. */
  async function beginSession(device: string, node: BinaryNode): Promise<boolean> {
    const bundle = extractE2ESessionFromRetryReceipt(node)
    if (bundle === null) return false
    try {
      // It may lack a one-time key, which the type does not know of.
      const session = bundle as Parameters<typeof signalRepository.injectE2ESession>[0]['session']
      await signalRepository.injectE2ESession({ jid: device, session })
      return true
    } catch (error) {
      if (isFromOutside(error)) throw error
      logger.warn(errorFields(error), 'the keys of a retry receipt are of no use')
      return false
    }
  }

  async function isOtherInstallation(device: string, node: BinaryNode): Promise<boolean> {
    const its = getBinaryNodeChildUInt(node, 'registration', 4)
    const known = (await signalRepository.getSessionInfo(device))?.registrationId
    return its !== undefined && known !== undefined && known !== 0 && known !== its
  }
}
