import { createHash } from 'node:crypto'
import { jidDecode } from '@whiskeysockets/baileys'

export const SERVER = 's.whatsapp.net'

/** A person's LID is made from the phone number, so that it is the same after a restart. */
export const lidOf = (phone: string): string =>
  `1${(createHash('sha256').update(phone).digest().readUIntBE(0, 6) % 1e14).toString().padStart(14, '0')}`

export const phoneJid = (phone: string): string => `${phone}@${SERVER}`
export const lidJid = (phone: string): string => `${lidOf(phone)}@lid`
export const deviceLid = (phone: string, device: number): string => `${lidOf(phone)}:${device}@lid`

/** One device of a person as it is addressed: without a number where it is the phone itself. */
const addressed = (user: string, device: number, server: string): string =>
  `${user}${device === 0 ? '' : `:${device}`}@${server}`

/**
 * A device that reads messages: a person's phone is named by its number, a companion by `number:device`.
 */
export const readerOf = (phone: string, device: number): string =>
  device === 0 ? phone : `${phone}:${device}`

/** By LID, or by number for a person who has no LID. */
export const readerJid = (reader: string, hasLid: boolean): string => {
  const [phone = '', device = '0'] = reader.split(':')
  return hasLid ? addressed(lidOf(phone), Number(device), 'lid') : addressed(phone, Number(device), SERVER)
}

export const isGroup = (jid: string): boolean => jid.endsWith('@g.us')

export type Decoded = { user: string; server: string; device: number }

export const decodeJid = (jid: string): Decoded | undefined => {
  const decoded = jidDecode(jid)
  return decoded && { user: decoded.user, server: decoded.server, device: decoded.device ?? 0 }
}
