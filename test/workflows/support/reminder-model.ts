/**
 * What a reminder should do, as simply as it can be said: time goes by in quarters, and each quarter looks at
 * everything. Runs take no time; of several that are due at once the first is begun, and the last after it
 * (`bufferOne`).
 */

/** Quarters of a unit; occurrences fall on whole units, what the operator names on quarters past. */
export const quarters = 4

export type Rhythm = { every: number; phase: number }

export type Operation =
  | { kind: 'nothing' | 'resume' | 'skipNext' | 'fireNow' | 'cancel' }
  | { kind: 'pause'; units?: number }
  | { kind: 'snooze'; units: number }
  | { kind: 'edit'; rhythm: Rhythm }

type Due = { occurrence: number; dueAt: number }

export class ReminderModel {
  readonly fired: string[] = []
  readonly omitted: string[] = []
  isOver = false
  #isPaused = false
  #pausedUntil: number | undefined
  #snoozed: Due | undefined
  /** Due, and held by a pause. */
  #held: Due[] = []
  #skipped = new Set<number>()
  /** Of those, the ones that were snoozed: a new calendar has them again. */
  #putOff = new Set<number>()
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
      if (this.#snoozed?.dueAt === this.now) {
        this.#held.push(this.#snoozed)
        this.#snoozed = undefined
      }
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
        for (const { occurrence } of [...this.#held, ...(this.#snoozed ? [this.#snoozed] : [])])
          this.#dropped.add(occurrence)
        for (const occurrence of this.#dropped) this.#record(occurrence)
        this.#held = []
        this.#snoozed = undefined
        for (const put of this.#putOff) this.#skipped.delete(put)
        return true
      case 'skipNext': {
        const next = this.#takeNext()
        this.omitted.push(`skipped ${next.occurrence}`)
        this.#putOff.delete(next.occurrence)
        // Its instant stays left out, whatever calendar comes next.
        this.#skipped.add(next.occurrence)
        return true
      }
      case 'snooze': {
        this.#dropLate()
        const isOther = this.#snoozed !== undefined && this.#next().occurrence !== this.#snoozed.occurrence
        // One that was snoozed, came due in a pause and is held still has its place.
        const isHeldSnoozed = this.#held.some((due) => due.dueAt !== due.occurrence)
        if (isOther || (isHeldSnoozed && this.#next().dueAt === this.#next().occurrence)) return false
        if (this.named(operation.units) <= this.#next().occurrence) return false
        const { occurrence } = this.#takeNext()
        this.#putOff.add(occurrence)
        this.#snoozed = { occurrence, dueAt: this.named(operation.units) }
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

  #next(): Due {
    const [held] = this.#held
    if (held) return held
    let time = this.now + 1
    while (!this.#isOccurrence(time) || this.#skipped.has(time)) time += 1
    return this.#snoozed && this.#snoozed.dueAt < time ? this.#snoozed : { occurrence: time, dueAt: time }
  }

  #takeNext(): Due {
    this.#dropLate()
    const next = this.#next()
    if (this.#held[0] === next) this.#held.shift()
    else if (this.#snoozed === next) this.#snoozed = undefined
    else this.#skipped.add(next.occurrence)
    return next
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
