import type { failureSentences } from '../../../../../src/domain/sentences/failures.js'
import type { TextsOf } from '../../sentence-texts.js'

const banned =
  'WhatsApp has banned this number for a while. It goes on by itself after that. Do not link it again meanwhile, and send less, to people who know this number.'
const again = 'It is tried again by itself.'
const startProxy = 'Whoever runs Carillon must start it, or set another one.'
const checkProxy =
  'Whoever runs Carillon must check its name and password and whether it lets WhatsApp through, or set another one.'
const proxyCode = (code: string | undefined): string =>
  code === undefined ? '' : ` (The proxy’s code: ${code})`

/** Parts of others can be any of these, so none is left to the API. */
export const failures: TextsOf<typeof failureSentences> = {
  ConnectionLost: `The connection to WhatsApp was lost. ${again}`,
  AckTimedOut: 'WhatsApp did not confirm the message in time. It is sent again, as the same message.',
  ServerRefusedForNow: `WhatsApp could not take the message just now. ${again}`,
  UnknownRefusal:
    'WhatsApp refused the connection with a code that Carillon does not know. It is tried again by itself, later each time. If it stays so, have Carillon updated.',
  GroupAddressingChanged:
    'WhatsApp addresses the members of this group in another way than before. The group is read again and the message is sent again, a few times. If that does not help, press “Send to the failed again” later.',
  MessageFormRefused:
    'WhatsApp refused the form of this message. It is sent again, a few times. If that does not help, press “Send to the failed again” later, and have Carillon updated.',
  RefusedForUnknownReason:
    'WhatsApp refused this message for a reason that Carillon does not know. It is sent again a few times, later each time. If that does not help, have Carillon updated.',
  UploadFailed: `WhatsApp did not take the image. ${again}`,
  ProxyUnreachable: `The proxy of this account cannot be reached. ${startProxy} ${again}`,
  ProxyRefused: `The proxy of this account refused the connection. ${checkProxy} ${again}`,
  DatabaseLost:
    'A worker lost its connection to Postgres. Another one takes over, or it goes on when Postgres is back.',
  AccountLimited:
    'WhatsApp says that this account sends too fast. What is due waits. If this comes back, lower the pace of the account in its limits.',
  AccountTimeLocked:
    'WhatsApp lets this account send nothing for a while. What is due waits until that ends. Do not send from the phone meanwhile, either.',
  NewChatsLocked:
    'WhatsApp lets this account start no new chats for a while (463). Messages to people wait until then, and those to groups go on. Start no chats from the phone meanwhile, either.',
  NewChatsCapped:
    'This account has started as many new chats as WhatsApp allows for now (475). Messages to people wait until then, and those to groups go on.',
  AccountReplaced:
    'Another program has taken over this linked device. Close it there: Carillon tries again by itself, later each time, or at once when you press “Link again”.',
  AccountLoggedOut: 'WhatsApp has taken this device off. Link the phone again.',
  AccountTemporarilyBanned: banned,
  ClientOutdated:
    'WhatsApp does not take this version of Carillon any more. Have it updated. It is tried again by itself, after an hour at first.',
  AccountBanned:
    'WhatsApp refuses this account. Open WhatsApp on the phone to see why, before you link it again.',
  PairingExpired:
    'Nobody used the code in time. Press “Show a new code”. If the phone said that it could not link the device, this Carillon may be too old.',
  PairingRefused:
    'WhatsApp did not take the new device. Look at what the phone says, wait a while, and link it again.',
  PasskeyAsked:
    'WhatsApp asks the phone for a passkey before it links a device, and no device such as Carillon can answer that. Ask whoever runs Carillon: docs/whatsapp.md says what can be done.',
  PairedOtherNumber:
    'The phone has another number than the one that this account was linked to, and was unlinked again. Use the right phone.',
  KeysUnreadable:
    'What WhatsApp knows this device by was stored under another key. Whoever runs Carillon must give that key back. If it is lost, link the phone again.',
  NotInGroup: 'The account is not in this group. Add it to the group, and send again.',
  GroupGone: 'WhatsApp says that there is no such group any more. Take it out of the reminder.',
  SamePerson: 'Another recipient of this run is the same person, and gets the message.',
  NotAllowedToPost:
    'The account may not write to this group: only admins may, or it is a community, or WhatsApp has suspended it. Make the account an admin, or write to the announcement group of the community.',
  NotOnWhatsApp: 'This recipient is not on WhatsApp. Check the number.',
  ContactRefused:
    'WhatsApp takes no message from this account to this person, who has not written to it yet. Ask the person to write first, and then press “Send to the failed again”.',
  NoUsableKeys:
    'WhatsApp has no usable keys of any device of this recipient, so nothing was sent. Press “Send to the failed again”. If it comes back, the recipient must open or update WhatsApp.',
  EncryptionFailed:
    'The message could not be encrypted here, so nothing was sent. Press “Send to the failed again”. If it comes back, link the phone again.',
  BadMedia: 'WhatsApp could not use this image. Check the file, and make the reminder again.',
  RefusedByServer: 'WhatsApp refused this message for good.',
  Fenced: 'Another process has this account or this run now; this one has stopped.',
  neverLinked: 'No phone is linked to this account yet. Link one.',
  pairingRefused400:
    'WhatsApp took no request for a code for this number. Check the number, wait some minutes, or use “Scan a code”.',
  pairingRefused401:
    'WhatsApp took the new device off again at once. Look at what the phone says, wait a while, and try again.',
  pairingRefused403: 'WhatsApp gives no code for this account. Use “Scan a code”.',
  pairingRefused411: 'WhatsApp on the phone is too old for linked devices. Update it, and then try again.',
  pairingRefused429: 'Too many codes were asked for. Wait some hours, or use “Scan a code”.',
  pairingRefused516: 'WhatsApp did not take the new device. Wait a day, and then try again.',
  banned101: `${banned} It is for many messages to people who do not have this number in their contacts.`,
  banned102: `${banned} It is because many people have blocked this number.`,
  banned103: `${banned} It is for groups made with people who do not have this number in their contacts.`,
  banned104: `${banned} It is for the same message to very many people.`,
  banned106: `${banned} It is for many messages to a broadcast list.`,
  withCode: ({ advice, code }, { say }) => `${say(advice)} (WhatsApp’s code: ${code})`,
  proxyUnreachable: ({ place, code }) =>
    `The proxy at ${place} cannot be reached. ${startProxy} ${again}${proxyCode(code)}`,
  proxyRefused: ({ place, code }) =>
    `The proxy at ${place} refused the connection. ${checkProxy} ${again}${proxyCode(code)}`,
}
