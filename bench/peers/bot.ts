import { spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { SimulatorClient } from '../../simulator/client.js'
import { projectRoot } from '../../src/stack/project-root.js'
import { join } from 'node:path'
import { processorSeconds } from '../../proofs/shared/processor-time.js'
import type { Contender, Left } from './contender.js'
import type { Message } from './figures.js'
import type { Scene } from './scene.js'
import type { PeerSystem } from './systems.js'

const stopMs = 15_000
const followParent = fileURLToPath(new URL('../../proofs/shared/follow-parent.js', import.meta.url))
const trust = fileURLToPath(new URL('../../simulator/trust.js', import.meta.url))

export type Places = {
  whatsapp: SimulatorClient
  databaseUrl: string
  temporalAddress: string
  redisPort: number | undefined
  /** Postgres, and the engine where that is another process. */
  enginePids: () => (number | undefined)[]
  folder: string
  logFile: string
}

type Ask = { ask: 'create' | 'warm'; jobs: Message[] } | { ask: 'left' }
type Told =
  { kind: 'ready' } | { kind: 'acked' } | { kind: 'answer'; id: number; answer?: unknown; error?: string }

/** A bot of bots/, as a process: what it is asked and what it tells go over Node's own channel. */
export class Bot implements Contender {
  readonly id: string
  readonly title: string
  readonly createMs: number
  readonly isSlower: boolean
  readonly phones: string[]
  #child: ChildProcess | undefined
  #exited: Promise<void> = Promise.resolve()
  #acked = 0
  #asked = 0
  readonly #waiting = new Map<number, (told: Told) => void>()

  constructor(
    private readonly system: PeerSystem,
    scene: Scene,
    private readonly places: Places,
  ) {
    this.id = system.id
    this.title = system.title
    this.createMs = system.createMs
    this.isSlower = system.isSlower ?? false
    this.phones = scene.phones
  }

  async start(): Promise<void> {
    const { whatsapp, databaseUrl, temporalAddress, redisPort, folder, logFile } = this.places
    const { whatsappUrl, controlUrl, trustFile, caFile } = await whatsapp.endpoints()
    const { bot, pollMs } = this.system
    const { phones } = this
    const given = { phones, whatsappUrl, controlUrl, databaseUrl, temporalAddress, redisPort, folder, pollMs }
    const child = spawn(
      process.execPath,
      [
        '--import',
        followParent,
        '--import',
        trust,
        join(projectRoot(), 'bench/peers/bots', `${bot}.mjs`),
        JSON.stringify(given),
      ],
      {
        env: {
          ...process.env,
          NODE_ENV: 'production',
          SIMULATOR_TRUST: trustFile,
          NODE_EXTRA_CA_CERTS: caFile,
          CARILLON_DEMO_PID: String(process.pid),
        },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        detached: true, // Ctrl-C reaches the bench only, which ends its parts in order
      },
    )
    this.#child = child
    const log = createWriteStream(logFile, { flags: 'a' })
    child.stdout?.pipe(log, { end: false })
    child.stderr?.pipe(log, { end: false })
    const early = new Promise<never>((_, reject) => {
      this.#exited = new Promise((resolve) => {
        child.once('exit', (code, signal) => {
          this.#child = undefined
          log.end()
          const how = signal ?? `code ${code}`
          for (const take of this.#waiting.values())
            take({ kind: 'answer', id: 0, error: `the bot ended with ${how}` })
          this.#waiting.clear()
          reject(new Error(`${this.title} ended with ${how}: see ${logFile}`))
          resolve()
        })
      })
    })
    early.catch(() => undefined) // it ends some time; only one that is not ready yet is an error
    const ready = new Promise<void>((resolve) => {
      child.on('message', (message) => {
        const told = message as Told
        if (told.kind === 'ready') resolve()
        else if (told.kind === 'acked') this.#acked += 1
        else {
          this.#waiting.get(told.id)?.(told)
          this.#waiting.delete(told.id)
        }
      })
    })
    await Promise.race([ready, early])
  }

  async stop(): Promise<void> {
    const child = this.#child
    child?.kill('SIGTERM')
    const timer = setTimeout(() => child?.kill('SIGKILL'), stopMs)
    await this.#exited
    clearTimeout(timer)
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL')
    await this.#exited
  }

  async warm(messages: Message[]): Promise<void> {
    await this.#ask({ ask: 'warm', jobs: messages })
  }

  async create(messages: Message[]): Promise<Message[]> {
    await this.#ask({ ask: 'create', jobs: messages })
    return messages
  }

  async acked(): Promise<number> {
    return await Promise.resolve(this.#acked)
  }

  async left(): Promise<Left> {
    return (await this.#ask({ ask: 'left' })) as Left
  }

  processorTime(): number {
    const pids = [this.#child?.pid, ...this.places.enginePids()]
    return pids.reduce<number>((sum, pid) => (pid === undefined ? sum : sum + processorSeconds(pid)), 0)
  }

  async #ask(ask: Ask): Promise<unknown> {
    const child = this.#child
    if (!child) throw new Error(`${this.title} is not running`)
    const id = ++this.#asked
    const told = await new Promise<Told>((resolve) => {
      this.#waiting.set(id, resolve)
      child.send({ id, ...ask })
    })
    if (told.kind !== 'answer') throw new Error('no answer')
    if (told.error !== undefined) throw new Error(`${this.title}: ${told.error}`)
    return told.answer
  }
}
