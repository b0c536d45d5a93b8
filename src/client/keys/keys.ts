import { randomUUID } from 'node:crypto'
import type { Config } from '../../config.js'
import { startRotation } from '../../key-rotation/start.js'
import { insertAudit } from '../../store/audit.js'
import { sealingOf } from '../../store/database.js'
import { EncryptionKeyError } from '../../store/encryption/key-ring.js'
import { checkSealed, type CheckedColumn } from '../../store/rotation/check-sealed.js'
import { keysInUse } from '../../store/rotation/keys-in-use.js'
import { rotationProgress, type RotationProgress } from '../../store/rotation/rotation.js'
import { askerOf, type ClientContext } from '../context.js'
import { ringKeysOf } from '../encryption-key.js'
import { CarillonError } from '../errors.js'
import { addKey, makeCurrent, type AddedKey, type AddKeyOptions } from './ring-file.js'

export type KeyView = {
  id: string
  isCurrent: boolean
  since: Date | null
  /** Rows of Postgres that have something under it. */
  rows: number
}

export type KeyList = {
  /** Where the ring is; null where it is in a variable. */
  file: string | null
  /** The current one first. */
  keys: KeyView[]
  /**
   * What is under no key of the ring: a key's id, or as much of it as a value tells. Null: values from before keys had ids, which
   * any of them may open.
   */
  others: { keyId: string | null; rows: number }[]
  /** Workflows that Temporal keeps and that began before the current key was the current one. Null where nobody knows since when it is. */
  olderWorkflows: { open: number; all: number } | null
  /** The rotation under way, or the latest. */
  rotation: RotationProgress | null
}

/** The engineer's alone: the ring is of all operators, and no key travels by a network. Each of them is in the audit. */
export type Keys = {
  /** Makes a key, which seals from now on. @throws CarillonError `invalid`, `conflict` */
  add(options?: AddKeyOptions): Promise<AddedKey>
  list(): Promise<KeyList>
  /**
   * Puts everything in Postgres under the current key, or under the one that is named, which is the current one then. It goes on
   * by itself; asked for again it is the same one.
   * @throws CarillonError `invalid`, `not_found`, `not_ready`
   */
  rotate(options?: { to?: string }): Promise<RotationProgress>
  /** How far that is; undefined where there was none. */
  rotation(): Promise<RotationProgress | undefined>
  /** Opens some values of each column. @param rows at most so many of each table, 1,000 where nothing is given */
  check(options?: { rows?: number }): Promise<CheckedColumn[]>
}

export function createKeys(
  context: ClientContext,
  settings: Pick<Config, 'encryptionKeys' | 'encryptionKeyFile' | 'databaseUrl' | 'home'>,
): Keys {
  const { temporal, database, operator } = context

  async function note(action: string, subject: string): Promise<void> {
    await insertAudit(database, {
      operator,
      subject,
      action,
      ...askerOf(context),
      reason: null,
      requestId: randomUUID(),
    })
  }

  return {
    async add(options) {
      const added = await addKey(settings, options)
      await note('addKey', `key:${added.id}`)
      return added
    },
    async list() {
      const { keys, file } = ringKeysOf(settings)
      const used = await keysInUse(database)
      const rowsOf = (id: string) => used.find(({ keyId }) => keyId === id)?.rows ?? 0
      await note('listKeys', 'keys')
      return {
        file: file ?? null,
        keys: keys.map(({ id, since }, index) => ({
          id,
          isCurrent: index === 0,
          since: since ?? null,
          rows: rowsOf(id),
        })),
        others: used.filter(({ keyId }) => !keys.some(({ id }) => id === keyId)),
        olderWorkflows: await olderWorkflows(keys[0]?.since),
        rotation: (await rotationProgress(database)) ?? null,
      }
    },
    async rotate({ to } = {}) {
      if (to !== undefined) {
        await makeCurrent(settings, to)
        const { ring } = await sealingOf(database)
        ring.lookAgain()
      }
      try {
        const progress = await startRotation({ temporal, database })
        await note('rotateKeys', `key:${progress.keyId}`)
        return progress
      } catch (error) {
        if (!(error instanceof EncryptionKeyError)) throw error
        throw new CarillonError('not_ready', error.message, { cause: error })
      }
    },
    rotation: async () => await rotationProgress(database),
    async check({ rows = 1_000 } = {}) {
      const checked = await checkSealed(database, { rows })
      await note('checkKeys', 'keys')
      return checked
    },
  }

  async function olderWorkflows(since: Date | undefined): Promise<KeyList['olderWorkflows']> {
    if (since === undefined) return null
    const before = `StartTime < '${since.toISOString()}'`
    const [open, all] = await Promise.all([
      temporal.workflow.count(`${before} and ExecutionStatus = 'Running'`),
      temporal.workflow.count(before),
    ])
    return { open: open.count, all: all.count }
  }
}
