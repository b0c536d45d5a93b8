import { isLidUser, isPnUser, jidDecode, jidEncode, type SignalKeyStore } from './baileys.js'

/**
 * The LID of a number, or the number of a LID, as far as it is stored which belong together; of a device the same device.
 * Asks nobody: Baileys' own `getLIDForPN` (rc14) would ask WhatsApp, and keeps them as this reads them.
 */
export async function otherJidOf(keys: SignalKeyStore, jid: string): Promise<string | undefined> {
  const { user, device } = jidDecode(jid) ?? {}
  if (user === undefined) return undefined
  const isLid = isLidUser(jid) === true
  if (!isLid && isPnUser(jid) !== true) return undefined
  const id = isLid ? `${user}_reverse` : user
  const { [id]: other } = await keys.get('lid-mapping', [id])
  return typeof other === 'string' && other !== ''
    ? jidEncode(other, isLid ? 's.whatsapp.net' : 'lid', device)
    : undefined
}
