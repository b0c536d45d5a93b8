import {
  forgetGroup,
  groupsAreFresh,
  groupsReading,
  markGroupChanged,
  readGroupMetadata,
  renameGroup,
  replaceGroups,
  saveGroups,
  saveGroupsFailure,
  type GroupRow,
} from '../store/accounts/groups.js'
import type { CannotPost } from '../domain/groups.js'
import type { Queryable } from '../store/database.js'
import {
  areJidsSameUser,
  getBinaryNodeChild,
  getBinaryNodeChildren,
  type BinaryNode,
  type GroupMetadata,
  type WASocket,
} from './baileys.js'
import { groupQueryFailure } from './errors.js'
import { wholeReading } from './group-reading.js'
import { beforeBaileys } from './incoming/before-baileys.js'
import { readCreated, readGroup, readParticipating, type ReadGroup } from './participating.js'

const defaultTtlMs = 6 * 60 * 60 * 1_000
/** Changes after which a group has to be read again before the next message. */
const changing: ReadonlySet<string> = new Set([
  'ephemeral',
  'not_ephemeral',
  'announcement',
  'not_announcement',
  'suspended',
  'unsuspended',
  'promote',
  'demote',
  'link',
  'unlink',
  'modify',
])
/** Whether the account may write to the group: all groups are those that it may write to, so it is read at once. */
const closing: ReadonlySet<string> = new Set(['announcement', 'not_announcement', 'suspended', 'unsuspended'])
const ofAdmins: ReadonlySet<string> = new Set(['promote', 'demote'])
/** Of groups of a thousand members, a few MB. */
const mostAnswers = 50

export type GroupOptions = {
  accountId: string
  epoch: number
  database: Queryable
  ttlMs: number | undefined
  /** The wait after the first whole read that failed. */
  retryMs?: number | undefined
  onChanged: (() => void) | undefined
  /** Told when a whole read has failed and is to be tried again. */
  onReadFailed: (failure: string, retryInMs: number) => void
  /** Takes what nobody waits for: it logs a failure and keeps it from being unhandled. */
  inBackground: (work: Promise<unknown>) => void
}

type GroupSocket = Pick<WASocket, 'query' | 'user' | 'ws' | 'cleanDirtyBits'>

export type Groups = {
  /** Answers from Postgres at each call, and asks WhatsApp at most once per group and TTL. @throws GatewayFailure */
  metadata(jid: string): Promise<KnownMetadata>
  /**
   * The same without a question to WhatsApp, as a relay needs it that `metadata` was called for: undefined where it would
   * have to be asked for.
   */
  known(jid: string): Promise<GroupMetadata | undefined>
  /** @throws GatewayFailure */
  refresh(): Promise<void>
  /** Returns whether they had aged. */
  refreshIfAged(): Promise<boolean>
  /** Whether all groups were read since the device was linked; else when to ask again. */
  wereRead(): Promise<GroupsRead>
  changed(jid: string): Promise<void>
}

/** `cannotPost`: why the account may not write to it. */
export type KnownMetadata = GroupMetadata & { cannotPost?: CannotPost }

export type GroupsRead = { isRead: true } | { isRead: false; askAgainInMs: number }

/** The groups of one session's account: kept in Postgres, kept true by WhatsApp's events. */
export function followGroups(
  socket: () => GroupSocket,
  options: GroupOptions,
): Groups & { listen(): void; stop(): void } {
  const { accountId, epoch, database } = options
  const ttlMs = options.ttlMs ?? defaultTtlMs
  const flights = new Map<string, Promise<void>>()
  /** Those that a notification told of while all are read: it may be newer than the answer. */
  let changedMeanwhile = new Map<string, 'in' | 'out'>()

  /**
   * What `metadata` has answered and no relay has used yet. Only the owner of the session writes an account's groups, so it
   * holds until this session hears of any.
   */
  const answers = new Map<string, GroupMetadata>()
  let timesHeard = 0
  const heard = (): void => {
    timesHeard += 1
    answers.clear()
  }

  /** Forgets the answers of before and, once it is written, those that were read while it was. */
  async function noted(write: Promise<void>): Promise<void> {
    heard()
    try {
      await write
    } finally {
      heard()
    }
  }

  /** Whoever asks while the same query is under way waits for that one. */
  const once = (name: string, query: () => Promise<void>): Promise<void> => {
    const flight = flights.get(name) ?? query().finally(() => flights.delete(name))
    flights.set(name, flight)
    return flight
  }

  const save = async (groups: readonly ReadGroup[]): Promise<void> => {
    if (groups.length === 0) return
    await noted(saveGroups(database, accountId, epoch, groups.map(rowOf)))
    options.onChanged?.()
  }

  const fetchOne = (jid: string): Promise<void> =>
    once(jid, async () => save([await readGroup(socket(), jid)]))

  const whole = wholeReading({
    async read() {
      changedMeanwhile = new Map()
      const groups = await readParticipating(socket())
      const current = groups.filter(({ id }) => changedMeanwhile.get(id) !== 'out')
      const changedNow = [...changedMeanwhile.keys()]
      await noted(
        replaceGroups(database, { accountId, epoch, groups: current.map(rowOf), changed: changedNow }),
      )
      options.onChanged?.()
    },
    async onFailure(failure, retryInMs) {
      options.onReadFailed(failure, retryInMs)
      await saveGroupsFailure(database, { accountId, epoch, failure, retryInMs })
    },
    inBackground: options.inBackground,
    retryMs: options.retryMs,
  })

  const changed = async (jid: string): Promise<void> => {
    changedMeanwhile.set(jid, 'in')
    await noted(markGroupChanged(database, accountId, jid))
  }

  const gone = async (jid: string): Promise<void> => {
    await noted(forgetGroup(database, accountId, jid))
    options.onChanged?.()
  }

  /**
   * WhatsApp says at a log-in that the groups may have changed, where it dropped what waited for the account. Baileys would
   * take an unanswered question for none and tell WhatsApp that it knows: here WhatsApp says so again until they were read.
   */
  const onDirty = async (node: BinaryNode, pass: () => Promise<void>): Promise<void> => {
    if (getBinaryNodeChild(node, 'dirty')?.attrs.type !== 'groups') return await pass()
    const wasRead = await whole.now().then(
      () => true,
      () => false, // told, and tried again
    )
    if (wasRead) await socket().cleanDirtyBits('groups')
  }

  const isAboutUs = (change: BinaryNode): boolean => {
    const me = socket().user
    return getBinaryNodeChildren(change, 'participant').some(({ attrs }) =>
      [attrs.jid, attrs.phone_number, attrs.lid].some(
        (jid) => areJidsSameUser(me?.id, jid) || areJidsSameUser(me?.lid, jid),
      ),
    )
  }

  /** As long as a whole read is under way, its answer may be older. */
  const hear = (jid: string, is: 'in' | 'out', write: () => Promise<void>): void => {
    changedMeanwhile.set(jid, is)
    inTurn(jid, write)
  }

  const onChange = (jid: string, change: BinaryNode): void => {
    const { subject } = change.attrs
    switch (change.tag) {
      case 'create': {
        const created = readCreated(change, socket().user)
        return created && hear(jid, 'in', () => save([created]))
      }
      case 'delete':
        return hear(jid, 'out', () => gone(jid))
      case 'subject':
        return subject === undefined ? undefined : inTurn(jid, () => renamed(jid, subject))
      case 'add':
        // The members are read before the next send, by one query however many changed.
        return hear(jid, 'in', () => (isAboutUs(change) ? fetchOne(jid) : changed(jid)))
      case 'remove':
      case 'leave':
        return isAboutUs(change) ? hear(jid, 'out', () => gone(jid)) : hear(jid, 'in', () => changed(jid))
      default:
        if (!changing.has(change.tag)) return
        hear(jid, 'in', async () => {
          await changed(jid)
          if (closing.has(change.tag) || (ofAdmins.has(change.tag) && isAboutUs(change))) await fetchOne(jid)
        })
    }
  }

  const renamed = async (jid: string, subject: string): Promise<void> => {
    await renameGroup(database, accountId, jid, subject)
    options.onChanged?.()
  }

  const turns = new Map<string, Promise<void>>()
  /** What is heard of one group is written in the order in which it was heard. Over a pool, statements overtake each other. */
  const inTurn = (jid: string, work: () => Promise<void>): void => {
    const turn = (turns.get(jid) ?? Promise.resolve()).catch(alreadyTold).then(work)
    turns.set(jid, turn)
    options.inBackground(
      turn.finally(() => {
        if (turns.get(jid) === turn) turns.delete(jid)
      }),
    )
  }

  return {
    async metadata(jid) {
      const read = () => readGroupMetadata(database, accountId, jid, ttlMs)
      const heardBefore = timesHeard
      let stored = await read()
      // Groups age together, so one query for all of them replaces one for each.
      if (stored?.age === 'aged') {
        // Where that is not answered, the one that is needed may be.
        await whole.now().catch(unlessRefused)
        stored = await read()
      }
      if (stored?.age !== 'fresh') {
        await fetchOne(jid)
        stored = await read()
      }
      if (stored === undefined) throw groupQueryFailure(undefined)
      const metadata = stored.metadata as KnownMetadata
      if (timesHeard === heardBefore) {
        // A relay that failed before it used its answer leaves it behind.
        if (answers.size >= mostAnswers) answers.clear()
        answers.set(jid, metadata)
      }
      return metadata
    },
    async known(jid) {
      const answer = answers.get(jid)
      if (answer !== undefined) {
        answers.delete(jid)
        return answer
      }
      const stored = await readGroupMetadata(database, accountId, jid, ttlMs)
      // One that aged meanwhile is what it was a moment ago.
      return stored === undefined || stored.age === 'marked' ? undefined : (stored.metadata as GroupMetadata)
    },
    refresh: () => whole.now(),
    async refreshIfAged() {
      if (await groupsAreFresh(database, accountId, ttlMs)) return false
      await whole.now()
      return true
    },
    async wereRead() {
      const reading = await groupsReading(database, accountId)
      if (reading?.isRead === true) return { isRead: true }
      const soonMs = whole.isUnderWay() ? 1_000 : Math.max(1_000, reading?.retryInMs ?? 0)
      return { isRead: false, askAgainInMs: Math.min(soonMs, 60_000) }
    },
    changed,
    listen() {
      // As they come: Baileys keeps its events of groups back at a log-in, and of each group only the first (rc14).
      socket().ws.on('CB:notification,type:w:gp2', ({ attrs: { from }, content }: BinaryNode) => {
        if (from === undefined || !Array.isArray(content)) return
        for (const change of content) onChange(from, change)
      })
      beforeBaileys({ socket: socket(), inBackground: options.inBackground }, 'CB:ib,,dirty', onDirty)
    },
    stop: () => whole.stop(),
  }
}

/** The failure was. */
function alreadyTold(): void {}

function unlessRefused(error: unknown): void {
  const failure = groupQueryFailure(error)
  if (failure.code !== undefined) throw failure
}

/** Keeps only what a send needs (rc14, `relayMessage`): no descriptions, names or phone numbers besides the JIDs. */
function rowOf(group: ReadGroup): GroupRow {
  const { id, subject, addressingMode, ephemeralDuration, participants, cannotPost } = group
  return {
    jid: id,
    subject: subject ?? '',
    participants: participants.length,
    metadata: {
      id,
      subject: subject ?? '',
      addressingMode,
      ephemeralDuration,
      cannotPost,
      participants: participants.map((participant) => ({ id: participant.id })),
    },
  }
}
