import { groupJidPattern, personJidPattern, type Audience } from '../../domain/definition.js'
import { sameName } from '../../domain/groups.js'
import type { KnownGroup } from '../../store/views/groups.js'
import type { InputIssue } from '../errors.js'
import { describeShape } from './issues.js'
import { say } from '../../domain/sentences/say.js'

/** E.164: country code first, 7 to 15 digits. Spaces, dashes, dots and brackets are for people. */
const phoneNumber = /^\+[\d\s().-]+$/

type Resolution = { audience: Audience | undefined; issues: InputIssue[]; warnings: string[] }

/**
 * Names, JIDs and phone numbers → the audience, in the order written. A recipient written twice gets the message
 * once, and a warning says so. Issues name the entry by its place: names and numbers are personal.
 */
export function resolveRecipients({
  to,
  groups,
  count,
  wereRead,
  accountId,
}: {
  to: string[]
  /** Those that are known of the account, as far as they are asked for. */
  groups: KnownGroup[]
  /** How many are known. */
  count: number
  /** Whether those are all of its groups. */
  wereRead: boolean
  accountId: string
}): Resolution {
  if (to.some(isAllGroups)) return allGroups(to)
  const issues: InputIssue[] = []
  const warnings: string[] = []
  const firstAt = new Map<string, number>()
  for (const [index, entry] of to.entries()) {
    const field = `to[${index}]`
    const found = resolveOne({ entry, groups, count, wereRead, accountId })
    if (found.kind === 'invalid') {
      issues.push({ field, got: found.got, expected: found.expected })
      continue
    }
    const earlier = firstAt.get(found.jid)
    if (earlier !== undefined) {
      warnings.push(say('sameRecipient', { field, other: `to[${earlier}]` }))
      continue
    }
    firstAt.set(found.jid, index)
    if (found.kind === 'unknownGroup') warnings.push(say('groupNotKnown', { field, account: accountId }))
  }
  const audience: Audience | undefined =
    issues.length > 0 ? undefined : { kind: 'list', recipients: [...firstAt.keys()] }
  return { audience, issues, warnings }
}

function allGroups(to: string[]): Resolution {
  if (to.length === 1) return { audience: { kind: 'allGroups' }, issues: [], warnings: [] }
  const expected = say('allGroupsAlone')
  return {
    audience: undefined,
    issues: [{ field: 'to', got: describeShape(to), expected }],
    warnings: [],
  }
}

/** What WhatsApp has besides: a channel takes no messages of members, a list or the status is of the phone. */
const neitherGroupNorPerson: { pattern: RegExp; what: string; expected?: string }[] = [
  { pattern: /@newsletter$|^https:\/\/(www\.)?whatsapp\.com\/channel\//, what: say('gotChannel') },
  { pattern: /^status@broadcast$/, what: say('gotStatus') },
  { pattern: /@broadcast$/, what: say('gotBroadcast') },
  {
    pattern: /^https:\/\/chat\.whatsapp\.com\//,
    what: say('gotInvitation'),
    expected: say('linkedGroup'),
  },
]

function isAllGroups(entry: string): boolean {
  return /^all[ _-]?groups$/i.test(entry)
}

type Found =
  { kind: 'found' | 'unknownGroup'; jid: string } | { kind: 'invalid'; got: string; expected: string }

function resolveOne({
  entry,
  groups,
  count,
  wereRead,
  accountId,
}: {
  entry: string
  groups: KnownGroup[]
  count: number
  wereRead: boolean
  accountId: string
}): Found {
  const neither = neitherGroupNorPerson.find(({ pattern }) => pattern.test(entry))
  if (neither !== undefined)
    return {
      kind: 'invalid',
      got: neither.what,
      expected: neither.expected ?? say('groupOrPerson'),
    }
  if (personJidPattern.test(entry)) return { kind: 'found', jid: entry }
  if (groupJidPattern.test(entry)) {
    const isUnknown = wereRead && !groups.some((group) => group.jid === entry)
    return { kind: isUnknown ? 'unknownGroup' : 'found', jid: entry }
  }
  if (phoneNumber.test(entry)) {
    const digits = entry.replace(/\D/g, '')
    if (/^[1-9]\d{6,14}$/.test(digits)) return { kind: 'found', jid: `${digits}@s.whatsapp.net` }
    const expected = say('numberForm')
    return { kind: 'invalid', got: say('gotNumber', { count: digits.length }), expected }
  }
  return byName({ name: entry, groups, count, wereRead, accountId })
}

function byName({
  name,
  groups,
  count,
  wereRead,
  accountId,
}: {
  name: string
  groups: KnownGroup[]
  count: number
  wereRead: boolean
  accountId: string
}): Found {
  const exact = groups.filter((group) => group.subject === name)
  const matches =
    exact.length > 0 ? exact : groups.filter((group) => sameName(group.subject) === sameName(name))
  const [match] = matches
  const got = looksLikeNumber(name)
    ? say('gotDigits', { count: name.length })
    : say('gotName', { count: name.length })
  const command = `carillon groups list --account ${accountId}`
  if (match === undefined) {
    const expected = looksLikeNumber(name)
      ? say('plusBeforeNumber')
      : !wereRead
        ? say('groupsNotAllRead', { account: accountId, command: `carillon groups refresh ${accountId}` })
        : say('groupOfAccount', { count, account: accountId, command })
    return { kind: 'invalid', got, expected }
  }
  if (matches.length > 1)
    return {
      kind: 'invalid',
      got,
      expected: say('groupsOfOneName', { count: matches.length, command }),
    }
  return { kind: 'found', jid: match.jid }
}

function looksLikeNumber(name: string): boolean {
  return /^[\d\s().-]{7,}$/.test(name)
}
