/**
 * Every way a send or a session can fail, classified once. The type decides who may act: `retry` is Temporal's,
 * `account` holds every send of the account until the operator or a known time frees it, `direct` those to people alone,
 * `target` is final for that recipient, `fenced` means that somebody newer owns the session or the lock.
 */
export const failureKinds = {
  ConnectionLost: 'retry',
  AckTimedOut: 'retry',
  ServerRefusedForNow: 'retry',
  UnknownRefusal: 'retry',
  GroupAddressingChanged: 'retry',
  MessageFormRefused: 'retry',
  RefusedForUnknownReason: 'retry',
  UploadFailed: 'retry',
  ProxyUnreachable: 'retry',
  ProxyRefused: 'retry',
  DatabaseLost: 'retry',
  AccountLimited: 'account',
  AccountTimeLocked: 'account',
  NewChatsLocked: 'direct',
  NewChatsCapped: 'direct',
  AccountReplaced: 'account',
  AccountLoggedOut: 'account',
  AccountTemporarilyBanned: 'account',
  AccountBanned: 'account',
  ClientOutdated: 'account',
  PairingExpired: 'account',
  PairingRefused: 'account',
  PasskeyAsked: 'account',
  PairedOtherNumber: 'account',
  KeysUnreadable: 'account',
  NotInGroup: 'target',
  GroupGone: 'target',
  SamePerson: 'target',
  NotAllowedToPost: 'target',
  NotOnWhatsApp: 'target',
  ContactRefused: 'target',
  NoUsableKeys: 'target',
  EncryptionFailed: 'target',
  BadMedia: 'target',
  RefusedByServer: 'target',
  Fenced: 'fenced',
} as const

/** What is refused in one of these ways is sent so many times in all, and fails then: it may last for ever. */
export const mostRefusals: { [failure in FailureType]?: number } = {
  GroupAddressingChanged: 5,
  MessageFormRefused: 3,
  RefusedForUnknownReason: 4,
}

export type FailureType = keyof typeof failureKinds
export type FailureKind = (typeof failureKinds)[FailureType]

/** For the operator: the fault, and what to do. No texts, numbers or names of recipients are in it. */
export const failureAdvice = {
  ConnectionLost: 'The connection to WhatsApp was lost. It is retried by itself.',
  AckTimedOut: 'WhatsApp did not acknowledge the message in time. It is sent again under the same id.',
  ServerRefusedForNow: 'WhatsApp could not take the message just now. It is retried by itself.',
  UnknownRefusal:
    'WhatsApp refused the connection with a code that Carillon does not know. It is tried again by itself, later each time; if it stays so, update Carillon.',
  GroupAddressingChanged:
    'WhatsApp addresses the members of this group in another way than this account knew. The group is read again and the message is sent again, a few times; if that does not help, send again later with `carillon run retry-failed`.',
  MessageFormRefused:
    'WhatsApp refused the form of this message. The devices of the recipients are asked for again and the message is sent again, a few times; if that does not help, send again later with `carillon run retry-failed`, and update Carillon.',
  RefusedForUnknownReason:
    'WhatsApp refused this message for a reason that Carillon does not know. It is sent again a few times, later each time; if that does not help, update Carillon.',
  UploadFailed: 'WhatsApp did not take the upload of the media. It is retried by itself.',
  ProxyUnreachable:
    'The proxy of this account cannot be reached. Start it, or set another with `carillon account set --proxy`. It is tried again by itself.',
  ProxyRefused:
    'The proxy of this account refused the connection. Check its name and password and whether it lets WhatsApp through, or set another with `carillon account set --proxy`. It is tried again by itself.',
  DatabaseLost:
    'This worker lost its connection to Postgres. Another one takes over, or it goes on when it is back.',
  AccountLimited:
    'WhatsApp says that this account sends too fast. Sends wait; lower the rate of the account if this comes back.',
  AccountTimeLocked:
    'WhatsApp has locked this account from sending for a while. Sends wait until the lock ends; do not send from the phone meanwhile.',
  NewChatsLocked:
    'WhatsApp lets this account start no chats for a while (463). Messages to people wait until then, and those to groups go on; start no chats from the phone meanwhile.',
  NewChatsCapped:
    'This account has started as many new chats as WhatsApp allows for now (475). Messages to people wait until then, and those to groups go on.',
  AccountReplaced:
    'Another program took over this linked device. Stop it: Carillon tries again by itself, later each time, or at once with `carillon account pair`.',
  AccountLoggedOut: 'WhatsApp unlinked this device. Link it again with `carillon account pair`.',
  AccountTemporarilyBanned:
    'WhatsApp has banned this account for a while. Its sends go on by themselves after that; do not link it again meanwhile, and send less, to people who know this number.',
  ClientOutdated:
    'WhatsApp takes this version of its client no more. Update Carillon, or set CARILLON_WHATSAPP_VERSION to a current one. It is tried again by itself, an hour later at first.',
  AccountBanned:
    'WhatsApp refuses this account. Open WhatsApp on the phone to see why before you link it again.',
  PairingExpired:
    'Nobody used the code in time. Run `carillon account pair` again. If the phone said that it could not link the device, this version of Carillon may be too old.',
  PairingRefused:
    'WhatsApp did not take the new device. Look at what the phone says, wait a while, and run `carillon account pair` again.',
  PasskeyAsked:
    'WhatsApp asks the phone for a passkey before it links a device to this account, and no such device as Carillon can answer that. See docs/whatsapp.md for what can be done.',
  PairedOtherNumber:
    'The phone has another number than the one that this account was linked to, and was unlinked again. Use the right phone, or `carillon account pair --other-number`.',
  KeysUnreadable:
    'What WhatsApp knows this device by was stored under another CARILLON_ENCRYPTION_KEY. Give the workers that key again; if it is lost, link the device anew with `carillon account pair`.',
  NotInGroup: 'The account is not a member of this group. Add it to the group and send again.',
  GroupGone: 'WhatsApp says that this group is no more. Take it out of the reminder.',
  SamePerson: 'Another target of this run is the same person, and gets the message.',
  NotAllowedToPost:
    'The account may not write to this group: only admins may, or it is a community itself, or WhatsApp has suspended it. Make the account an admin, or write to the announcement group of the community.',
  NotOnWhatsApp: 'This recipient is not on WhatsApp. Check the number.',
  ContactRefused:
    'WhatsApp takes no message from this account to this person, who has not written to it yet. Ask the person to write first, then send again with `carillon run retry-failed`.',
  NoUsableKeys:
    'WhatsApp has no usable keys of any device of this recipient, so nothing could be encrypted and nothing was sent. Send again with `carillon run retry-failed`; if it comes back, the recipient must open or update WhatsApp.',
  EncryptionFailed:
    'The message could not be encrypted here, and nothing was sent. Send again with `carillon run retry-failed`; if it comes back, link the device anew with `carillon account pair`.',
  BadMedia: 'WhatsApp could not use this media file. Check the file and create the reminder again.',
  RefusedByServer: 'WhatsApp refused this message for good.',
  Fenced: 'Another process owns this account or this run now; this one has stopped.',
} as const satisfies Record<FailureType, string>

export const neverLinked = 'No device is linked to this account yet. Link one with `carillon account pair`.'

/** What is behind a refused pairing, by WhatsApp's code (docs/whatsapp/pairing-and-bootstrap.md). */
export const pairingRefusals = {
  400: 'WhatsApp took no request for a code for this number. Check the number, wait some minutes, or use the QR code.',
  401: 'WhatsApp took the new device back right after it was linked. Look at what the phone says, wait a while, and try again.',
  403: 'WhatsApp gives no code for this account. Use the QR code.',
  411: 'WhatsApp on the phone is too old for linked devices. Update it, then try again.',
  429: 'Too many codes were asked for. Wait some hours, or use the QR code.',
  452: 'WhatsApp gives no code for this account. Use the QR code.',
  516: 'WhatsApp did not take the new device. Wait a day, then try again.',
} as const satisfies { [code: number]: string }

/** What a temporary ban is for, by its sub-code (WhatsApp Web's WAWebTempBanScreen). */
export const banReasons = {
  101: 'It is for many messages to people who do not have this number in their contacts.',
  102: 'It is because many people have blocked this number.',
  103: 'It is for groups made with people who do not have this number in their contacts.',
  104: 'It is for the same message to very many people.',
  106: 'It is for many messages to a broadcast list.',
} as const satisfies { [subCode: number]: string }

/** The same, with WhatsApp's code where there is one: the same advice is given for several. */
export function adviceFor(failure: FailureType, code: number | undefined, subCode?: number): string {
  if (failure === 'AccountLoggedOut' && code === undefined) return neverLinked
  const ofCode = failure === 'PairingRefused' ? known(pairingRefusals, code) : undefined
  const ofBan = failure === 'AccountTemporarilyBanned' ? known(banReasons, subCode) : undefined
  const advice = [ofCode ?? failureAdvice[failure], ofBan ?? []].flat().join(' ')
  if (code === undefined) return advice
  return `${advice} (WhatsApp's code: ${subCode === undefined ? code : `${code}, ${subCode}`})`
}

function known(texts: { [code: number]: string }, code: number | undefined): string | undefined {
  return code === undefined ? undefined : texts[code]
}

/** The same for a failure of the account's proxy, which is named: `http://proxy:3128`. */
export function proxyAdvice(
  failure: FailureType,
  place: string,
  status: number | undefined,
): string | undefined {
  if (failure !== 'ProxyUnreachable' && failure !== 'ProxyRefused') return undefined
  const advice = failureAdvice[failure].replace('The proxy of this account', `The proxy at ${place}`)
  return status === undefined ? advice : `${advice} (The proxy's code: ${status})`
}
