/**
 * What a reminder should do, as simply as it can be said: time goes by in quarters, and each quarter looks at
 * everything. Runs take no time; of several that are due at once the first is begun, and the last after it
 * (`bufferOne`).
 */

/** Quarters of a unit; occurrences fall on whole units, what the operator names on quarters past. */
export const quarters = 4

export type Rhythm = { every: number; phase: number }

export type Operation =
  | { kind: 'nothing' | 'resume' | 'fireNow' | 'cancel' }
  | { kind: 'pause'; units?: number }
  /** `nth`: which of those that come, from 0. */
  | { kind: 'snooze'; units: number; nth: number }
  | { kind: 'skipNext'; nth: number }
  | { kind: 'edit'; rhythm: Rhythm }

type Due = { occurrence: number; dueAt: number }

export class ReminderModel {
  readonly fired: string[] = []
  readonly omitted: string[] = []
  isOver = false
  #isPaused = false
  #pausedUntil: number | undefined
  /** To come, and not at their own times. */
  #moved: Due[] = []
  /** Due, and held by a pause. */
  #held: Due[] = []
  /** At their own times there is nothing: left out, moved, or begun early. */
  #skipped = new Set<number>()
  /** By an edit. */
  #dropped = new Set<number>()

  constructor(
    private rhythm: Rhythm,
    private now: number,
    private readonly catchUp: number,
  ) {}

  passTo(time: number): void {
    while (this.now < time) {
      this.now += 1
      if (this.isOver) continue
      this.#held.push(...this.#moved.filter(({ dueAt }) => dueAt === this.now))
      this.#moved = this.#moved.filter(({ dueAt }) => dueAt !== this.now)
      if (this.#isOccurrence(this.now) && !this.#skipped.has(this.now))
        this.#held.push({ occurrence: this.now, dueAt: this.now })
      if (this.#pausedUntil === this.now) this.#isPaused = false
      this.#fireHeld()
    }
  }

  /** @returns false where it is refused */
  apply(operation: Operation): boolean {
    switch (operation.kind) {
      case 'nothing':
        return true
      case 'pause':
        this.#isPaused = true
        this.#pausedUntil = operation.units === undefined ? undefined : this.named(operation.units)
        return true
      case 'resume':
        this.#isPaused = false
        this.#pausedUntil = undefined
        this.#fireHeld()
        return true
      case 'cancel':
        this.isOver = true
        return true
      case 'fireNow':
        this.fired.push(`now at ${this.now}`)
        return true
      case 'edit':
        if (this.rhythm.every === operation.rhythm.every && this.rhythm.phase === operation.rhythm.phase)
          return true
        this.#dropLate()
        this.rhythm = operation.rhythm
        for (const { occurrence } of [
          ...this.#held,
          ...this.#moved.filter((move) => !this.#isOccurrence(move.occurrence)),
        ]) {
          this.#dropped.add(occurrence)
          this.#skipped.delete(occurrence)
        }
        this.#moved = this.#moved.filter(({ occurrence }) => this.#isOccurrence(occurrence))
        for (const occurrence of this.#dropped) this.#record(occurrence)
        this.#held = []
        return true
      case 'skipNext': {
        this.omitted.push(`skipped ${this.#take(operation.nth)}`)
        return true
      }
      case 'snooze': {
        const dueAt = this.named(operation.units)
        const occurrence = this.#take(operation.nth)
        this.#moved = [...this.#moved, { occurrence, dueAt }].toSorted((a, b) => a.occurrence - b.occurrence)
        return true
      }
    }
  }

  /** The time that an operation names: a quarter past a unit to come. */
  named(units: number): number {
    return Math.floor(this.now / quarters + units) * quarters + 1
  }

  /** One that an edit dropped is skipped, unless the newest calendar has it to come. */
  #record(occurrence: number): void {
    const text = `skipped ${occurrence}`
    const isToCome = occurrence > this.now && this.#isOccurrence(occurrence)
    const at = this.omitted.indexOf(text)
    if (isToCome && at >= 0) this.omitted.splice(at, 1)
    if (!isToCome && at < 0) this.omitted.push(text)
    if (isToCome || occurrence <= this.now) this.#dropped.delete(occurrence)
  }

  #isOccurrence(time: number): boolean {
    const { every, phase } = this.rhythm
    return time % quarters === 0 && (time / quarters) % every === phase % every
  }

  /** The occurrence that comes as the nth: what is held first, then what is to come. */
  nth(nth: number): number {
    this.#dropLate()
    const coming = [...this.#moved]
    for (let time = this.now + 1; coming.length <= nth + this.#moved.length; time += 1)
      if (this.#isOccurrence(time) && !this.#skipped.has(time)) coming.push({ occurrence: time, dueAt: time })
    coming.sort((a, b) => a.dueAt - b.dueAt)
    return [...this.#held, ...coming][nth]?.occurrence ?? 0
  }

  /** Takes it out: whatever calendar comes next, there is nothing at its own time. */
  #take(nth: number): number {
    const occurrence = this.nth(nth)
    this.#held = this.#held.filter((due) => due.occurrence !== occurrence)
    this.#moved = this.#moved.filter((due) => due.occurrence !== occurrence)
    this.#skipped.add(occurrence)
    return occurrence
  }

  #dropLate(): void {
    const isLate = ({ dueAt }: Due) => this.now - dueAt > this.catchUp
    for (const { occurrence } of this.#held.filter(isLate)) this.omitted.push(`missed ${occurrence}`)
    this.#held = this.#held.filter((due) => !isLate(due))
  }

  #fireHeld(): void {
    if (this.#isPaused) return
    this.#dropLate()
    const [first, ...rest] = this.#held
    this.#held = []
    if (!first) return
    const last = rest.pop()
    for (const { occurrence } of rest) this.omitted.push(`skipped ${occurrence}`)
    for (const due of [first, ...(last ? [last] : [])]) this.fired.push(`${due.occurrence} at ${this.now}`)
  }
}
