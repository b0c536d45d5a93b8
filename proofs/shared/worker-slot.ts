import { setTimeout as delay } from 'node:timers/promises'
import type { Journal } from './journal.js'
import type { Program } from './program.js'

const restartMs = 1_000
/** Longer than a worker gives what is in flight when it is told to stop: one that is still there hangs. */
const hangsAfterMs = 90_000

/** A place for one worker, or for one process of the API. What ends there is started again, as a service manager would. */
export class WorkerSlot {
  #program: Program
  #state: 'up' | 'stopped' | 'ending' = 'up'
  #isClosing = false
  /** Set for an end that we caused. */
  #downMs: number | undefined
  /** How often it ended although nobody told it to, for instance because Temporal was away when it started. */
  ownEnds = 0
  /** How often it was told to stop and did not. */
  hung = 0

  constructor(
    readonly name: string,
    private readonly launch: () => Program,
    private readonly journal: Journal,
    /** Of the line that it says once it is ready. */
    private readonly readyText = '"worker started"',
  ) {
    this.#program = this.#start()
  }

  get pid(): number {
    return this.#program.pid
  }

  get isUp(): boolean {
    return this.#state === 'up' && !this.#program.hasEnded()
  }

  async started(): Promise<void> {
    for (;;) {
      const program = this.#program
      try {
        await program.line((line) => line.includes(this.readyText))
        return
      } catch (error) {
        // It is started again: see `ended`.
        if (this.#isClosing) throw error
        await delay(restartMs)
      }
    }
  }

  kill(downMs: number): void {
    this.#downMs = downMs
    this.#state = 'ending'
    this.#program.signal('SIGKILL')
  }

  terminate(downMs: number): void {
    const program = this.#program
    this.#downMs = downMs
    this.#state = 'ending'
    program.signal('SIGTERM')
    const timer = setTimeout(() => {
      if (program.hasEnded()) return
      this.hung += 1
      this.journal.write('worker hangs', { worker: this.name, pid: program.pid })
      program.signal('SIGKILL')
    }, hangsAfterMs)
    void program.exited.then(() => clearTimeout(timer))
  }

  /** SIGSTOP, and SIGCONT after `forMs`. */
  stop(forMs: number): void {
    const program = this.#program
    this.#state = 'stopped'
    program.signal('SIGSTOP')
    setTimeout(() => {
      program.signal('SIGCONT')
      if (program === this.#program && this.#state === 'stopped') this.#state = 'up'
      this.journal.write('worker continues', { worker: this.name, pid: program.pid })
    }, forMs)
  }

  async close(): Promise<void> {
    this.#isClosing = true
    this.#program.signal('SIGCONT')
    this.#program.signal('SIGTERM')
    const timer = setTimeout(() => this.#program.signal('SIGKILL'), 20_000)
    await this.#program.exited
    clearTimeout(timer)
  }

  #start(): Program {
    const program = this.launch()
    this.journal.write('worker starts', { worker: this.name, pid: program.pid })
    void program.exited.then(async (how) => await this.#ended(program, how))
    return program
  }

  async #ended(program: Program, how: string): Promise<void> {
    const wanted = this.#downMs
    this.#downMs = undefined
    if (wanted === undefined && !this.#isClosing) this.ownEnds += 1
    this.journal.write('worker ended', {
      worker: this.name,
      pid: program.pid,
      how,
      wanted: wanted !== undefined,
    })
    await delay(wanted ?? restartMs)
    if (this.#isClosing) return
    this.#program = this.#start()
    this.#state = 'up'
  }
}
