import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { StackError } from '../../src/stack/errors.js'
import { startPostgres } from '../../src/stack/postgres/postgres.js'
import type { RecordFile } from '../../src/stack/running-stack.js'
import { startService, waitUntilReady, type Service, type ServiceName } from '../../src/stack/service.js'
import { serviceOf } from './compose-file.js'
import { onThisMachine } from './places.js'
import { runOnce } from './run-once.js'
import { environmentOf, type Setting } from './setting.js'

const readyMs = 120_000
const stopMs = 30_000

/** Postgres, Temporal and its Web UI, in the order and with the one-shot services of docker-compose.yml. */
export class Servers {
  private readonly running = new Map<ServiceName, Service>()
  private readonly stopping = new Set<Service>()
  private fail: (error: Error) => void = () => {}
  /** Rejects when one of them ends by itself. */
  readonly failed = new Promise<never>((_resolve, reject) => {
    this.fail = reject
  })

  constructor(
    private readonly setting: Setting,
    private readonly record: RecordFile,
  ) {
    // Whoever waits for `failed` hears of it; before that it is no unhandled rejection.
    this.failed.catch(() => undefined)
  }

  async start(): Promise<void> {
    const { setting } = this
    const { home, ports, progress, signal } = setting
    mkdirSync(home.logsDir, { recursive: true })
    progress.step('Starting Postgres')
    const postgres = await startPostgres({
      home,
      port: ports.postgres,
      progress,
      signal,
      maxConnections: 250, // as in docker-compose.yml
      onStarted: (service) => this.watch(service),
    })
    setting.adminUrl = postgres.url.replace(/[^/]+$/, 'postgres')
    await this.runOneShot('databases')
    await this.startTemporal()
    await this.runOneShot('migrations')
  }

  /** Temporal's schema, its server and its Web UI. */
  async startTemporal(): Promise<void> {
    const { programs, progress } = this.setting
    await this.runOneShot('temporal-schema')
    progress.step("Starting Temporal's server on Postgres, and its Web UI")
    await this.startTemporalPart('Temporal', 'temporal', [join(programs, 'temporal-server'), 'start'])
    await this.startTemporalPart('Temporal Web UI', 'temporal-ui', [
      join(programs, 'temporal-ui-server'),
      `--root=${programs}`,
      '--env=docker',
      'start',
    ])
  }

  async stopTemporal(): Promise<void> {
    await this.stop('Temporal Web UI')
    await this.stop('Temporal')
  }

  /** The steps of an upgrade, but for the new version. */
  async upgradeTemporal(): Promise<void> {
    await this.stopTemporal()
    await this.startTemporal()
  }

  /** A service that ends when its work is done. */
  async runOneShot(service: 'databases' | 'temporal-schema' | 'migrations'): Promise<void> {
    const { root, home, file, progress, signal } = this.setting
    progress.step(`Running ${service}`)
    const [program, ...args] = serviceOf(file, service).command ?? []
    const command =
      service === 'temporal-schema'
        ? ['/bin/sh', join(root, 'deploy/temporal-schema.sh')]
        : [program === 'node' ? process.execPath : (program ?? ''), ...args]
    await runOnce({
      name: service,
      command,
      env: environmentOf(this.setting, service),
      cwd: root,
      logFile: join(home.logsDir, `${service}.log`),
      signal,
    })
  }

  /** Whether the health check of the Compose file answers now. */
  async isHealthy(service: 'temporal' | 'temporal-ui'): Promise<boolean> {
    const { file, ports } = this.setting
    const url = serviceOf(file, service).healthcheck?.test.at(-1) ?? ''
    try {
      const response = await fetch(onThisMachine(url, ports), { signal: AbortSignal.timeout(5_000) })
      await response.arrayBuffer()
      return response.ok
    } catch (error) {
      if (error instanceof Error) return false // not yet; whoever waits has a deadline and the log
      throw error
    }
  }

  async close(): Promise<void> {
    for (const name of ['Temporal Web UI', 'Temporal', 'Postgres'] as const) await this.stop(name)
  }

  private async startTemporalPart(
    name: ServiceName,
    service: 'temporal' | 'temporal-ui',
    [command = '', ...args]: string[],
  ): Promise<void> {
    const { home, signal } = this.setting
    const logFile = join(home.logsDir, `${service}.log`)
    const started = await startService({
      name,
      command,
      args,
      env: environmentOf(this.setting, service),
      logFile,
      stopSignal: 'SIGTERM',
      stopMs,
    })
    this.watch(started)
    await waitUntilReady(started, () => this.isHealthy(service), { timeoutMs: readyMs, logFile, signal })
  }

  private watch(service: Service): void {
    this.running.set(service.name, service)
    this.record.addChild({ name: service.name, stopSignal: service.stopSignal, ...service.identity })
    void service.exited.then((reason) => {
      if (!this.stopping.has(service))
        this.fail(new StackError(`${service.name} ${reason}. Its log: ${service.logFile}`))
    })
  }

  private async stop(name: ServiceName): Promise<void> {
    const service = this.running.get(name)
    if (service === undefined) return
    this.stopping.add(service)
    this.running.delete(name)
    await service.stop()
  }
}
