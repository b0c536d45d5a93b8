import type { FailureType } from '../domain/failures.js'
import { GatewayFailure, type Disconnect } from './gateway.js'
import { ProxyError } from './proxy-agent.js'

/**
 * Why the connection ended, from the error of Baileys' `connection.update` (undefined when we ended it).
 *
 * Sources of the codes: docs/whatsapp/codes.md. Baileys 7.0.0-rc14 gives the attributes of a `<failure>`, and the first
 * child of a `<stream:error>`, in `data`; what it says itself (408, 428) has none.
 */
export function classifyDisconnect(error: unknown): Disconnect {
  if (error === undefined) return { failure: 'ClosedByUs', code: undefined }
  const code = statusCodeOf(error)
  const data = field(error, 'data')
  // A refused upgrade or a broken TCP connection has an Error inside: that is a proxy's or the network's word, and
  // its HTTP 401 or 403 says nothing about the account.
  if (data instanceof ProxyError) return { failure: data.failure, code: data.status }
  if (data instanceof Error) return { failure: 'ConnectionLost', code }
  // Before the code, as WhatsApp Web reads it: every conflict but this one takes the link away.
  if (field(data, 'tag') === 'conflict')
    return { failure: conflictType(data) === 'replaced' ? 'AccountReplaced' : 'AccountLoggedOut', code }
  const isWhatsAppsWord = typeof data === 'object' && data !== null
  // A `<failure>` has attributes alone. As a stream error it is said of the same keys that are connected elsewhere (whatsapp-rust).
  if (code === 409 && field(data, 'tag') !== undefined) return { failure: 'AccountReplaced', code }
  const failure = disconnectFailure(code ?? 428, isWhatsAppsWord)
  if (failure !== 'AccountTemporarilyBanned') return { failure, code }
  return { failure, code, until: banEnd(data), subCode: Number(field(data, 'code')) || undefined }
}

function disconnectFailure(code: number, isWhatsAppsWord: boolean): Disconnect['failure'] {
  switch (code) {
    case 515: // restartRequired: always after pairing, now and then otherwise
      return 'RestartRequired'
    case 401: // loggedOut: unlinked on the phone
    case 411: // multideviceMismatch: the account must be linked anew
    case 516: // forced logout
      return 'AccountLoggedOut'
    case 440: // connectionReplaced: the same keys connected elsewhere
      return 'AccountReplaced'
    case 402:
      return 'AccountTemporarilyBanned'
    case 403: // forbidden; "locked" in WhatsApp Web
    case 406: // "banned" in WhatsApp Web
      return 'AccountBanned'
    case 405: // client outdated
    case 409: // bad user agent: what the client says of itself
      return 'ClientOutdated'
    case 429:
      return 'AccountLimited'
    default: // 500 is also any stream error without a code (badSession); 501 is "experimental"
      if (code >= 500 && code !== 501) return 'ServerRefusedForNow'
      return isWhatsAppsWord ? 'UnknownRefusal' : 'ConnectionLost'
  }
}

const banMs = { unknown: 6 * 3_600_000, margin: 60_000 }
// As Unix time such a number is of 2001; as a duration it is of decades.
const leastUnixSeconds = 1_000_000_000

/** `expire` counts seconds from now (WhatsApp Web's `WAWebTempBanScreen`). */
function banEnd(attrs: unknown): Date {
  const seconds = Number(field(attrs, 'expire'))
  const nowMs = Date.now()
  if (!Number.isFinite(seconds) || seconds <= 0) return new Date(nowMs + banMs.unknown)
  const endMs = seconds > leastUnixSeconds ? 1_000 * seconds : nowMs + 1_000 * seconds
  return new Date(endMs + banMs.margin)
}

/**
 * The meaning of a refusal in the server's ack of a message to a group. The table of docs/whatsapp/codes.md names the source
 * of each.
 */
export function classifyRefusal(code: number): FailureType {
  switch (code) {
    case 463: // the account is restricted from starting chats; to try again makes it worse
      return 'AccountTimeLocked'
    case 419: // resource-limit
    case 429:
    case 475: // the cap of new chats is reached
      return 'AccountLimited'
    case 421: // the group changed from phone numbers to LIDs, or back: it is read again before the next attempt
      return 'GroupAddressingChanged'
    case 400: // mostly devices or sessions of before
    case 479: // "smax-invalid": the server's schema does not take this stanza
      return 'MessageFormRefused'
    case 408: // request-timeout, in the server
      return 'ServerRefusedForNow'
    case 410:
      return 'GroupGone'
    case 420: // only admins may write, or a community itself
      return 'NotAllowedToPost'
    case 401:
    case 403:
    case 404:
      return 'NotInGroup'
    default:
      if (refusedForGood.has(code)) return 'RefusedByServer'
      if (nacksOfClients(code)) return 'RefusedForUnknownReason'
      return code >= 500 && code < 600 ? 'ServerRefusedForNow' : 'RefusedForUnknownReason'
  }
}

// 405 and 415 were seen; the others are answers to calls (WhatsApp Web's WAWebVoipNackHandlers).
const refusedForGood = new Set([405, 406, 409, 411, 415, 426, 427, 428, 434, 460, 473])

/** Clients answer messages with these; what they would mean of a server is not known. */
function nacksOfClients(code: number): boolean {
  return (code >= 487 && code <= 499) || (code >= 550 && code <= 552)
}

/**
 * A refusal of a direct message: there is no group that the account could have left, and what is said of new chats holds
 * for no group. What a 463 means is asked (`new-chats.ts`).
 */
export function classifyDirectRefusal(code: number): FailureType {
  switch (code) {
    case 463:
      return 'NewChatsLocked'
    case 475:
      return 'NewChatsCapped'
    case 404:
      return 'NotOnWhatsApp'
    case 401:
    case 403: // blocked, it seems
    case 410:
    case 420:
      return 'RefusedByServer'
    case 421: // it is about groups; a stale form of addressing either way
      return 'MessageFormRefused'
    default:
      return classifyRefusal(code)
  }
}

/** The same codes mean other things as the answer to a query (WhatsApp Web's WASmaxIn…IQError…Mixin). */
function classifyQueryRefusal(code: number): FailureType {
  switch (code) {
    case 408: // request-timeout
    case 409: // conflict: something changed at that moment
      return 'ServerRefusedForNow'
    case 419: // resource-limit
    case 429: // rate-overlimit
      return 'AccountLimited'
    case 501: // feature-not-implemented
      return 'RefusedForUnknownReason'
    default:
      if (knownOfQueries.has(code)) return 'RefusedByServer'
      return code >= 500 && code < 600 ? 'ServerRefusedForNow' : 'RefusedForUnknownReason'
  }
}

// bad-request, not-authorized, forbidden, item-not-found, not-allowed, not-acceptable, gone, limits of communities, too large,
// suspended, locked, upgrade-required, and what groups and businesses may not do. 475 is a notice of business terms here.
const knownOfQueries = new Set([
  400, 401, 403, 404, 405, 406, 410, 412, 413, 416, 423, 426, 433, 436, 443, 451, 452, 453, 475, 480, 482,
  483, 484, 485, 486,
])

function classifyGroupQueryRefusal(code: number): FailureType {
  switch (code) {
    case 401: // not-authorized
    case 403: // forbidden: not a member
    case 404: // item-not-found
      return 'NotInGroup'
    case 410: // gone
      return 'GroupGone'
    case 416: // parent-group-suspended
      return 'NotAllowedToPost'
    default:
      return classifyQueryRefusal(code)
  }
}

/** A query about a group that failed: 403 not a member, 404 no such group, 429 too many queries. */
export function groupQueryFailure(error: unknown): GatewayFailure {
  return queryFailure(error, classifyGroupQueryRefusal)
}

/** Any other query: a code says something about the account or the server, never about a group. */
export function accountQueryFailure(error: unknown): GatewayFailure {
  return queryFailure(error, classifyQueryRefusal)
}

function queryFailure(error: unknown, classify: (code: number) => FailureType): GatewayFailure {
  if (error instanceof GatewayFailure) return error
  const code = refusedQueryCode(error)
  return new GatewayFailure(code === undefined ? 'ConnectionLost' : classify(code), code, { cause: error })
}

/**
 * The server's code in a refused query. Baileys throws Boom 500 with the code in `data` (`assertNodeErrorFree`); a
 * query that was not answered at all has none.
 */
export function refusedQueryCode(error: unknown): number | undefined {
  const data = field(error, 'data')
  return typeof data === 'number' && data >= 400 && data < 600 ? data : undefined
}

/**
 * Whether the connection or Postgres failed, and not what was done with the keys and the message here: an error of Node
 * or Postgres has a `code` of letters, one of Baileys about its socket the status 408 or 428.
 */
export function isFromOutside(error: unknown): boolean {
  if (error instanceof GatewayFailure || typeof field(error, 'code') === 'string') return true
  const status = statusCodeOf(error)
  return status === 408 || status === 428
}

function statusCodeOf(error: unknown): number | undefined {
  const code = field(field(error, 'output'), 'statusCode')
  return typeof code === 'number' ? code : undefined
}

function conflictType(node: unknown): unknown {
  return field(field(node, 'attrs'), 'type')
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

/** The fields of an error that may be logged: messages of Baileys and Postgres can contain numbers, texts and keys. */
export function errorFields(error: unknown): {
  error: { name: string }
  code: string | number | undefined
} {
  if (error instanceof GatewayFailure) return { error: { name: error.failure }, code: error.code }
  const code = field(error, 'code') ?? refusedQueryCode(error) ?? statusCodeOf(error)
  return {
    error: { name: error instanceof Error ? error.name : typeof error },
    code: typeof code === 'string' || typeof code === 'number' ? code : undefined,
  }
}
