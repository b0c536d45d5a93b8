import type { Checkpoint } from './checkpoint.js'
import type { StoredReceipt } from './entry.js'

/** How far a chain goes, as its own database has it. */
export type ChainState = {
  /** The signed end. */
  head: Checkpoint
  /** Up to where the retention has taken it away. */
  cut: Checkpoint | null
}

/** A chain to be read, be it from Postgres or from the API. */
export type ChainSource = {
  operator: string
  /** Undefined where nothing was written yet. */
  state(): Promise<ChainState | undefined>
  /** Some rows after that one, in order; none where there are no more. */
  rows(after: number): Promise<StoredReceipt[]>
}
