/** A list of which only what is seen is asked for. */
export type Rows<Row> = {
  /** Of those that are known of; undefined before the first answer. */
  count: number | undefined
  /** False where there are more than are known of. */
  isAll: boolean
  /** Undefined where it is not there yet. */
  at: (index: number) => Row | undefined
  /** Tells what is on the screen. */
  see: (first: number, last: number) => void
  error: Error | null
  refetch: () => unknown
}
