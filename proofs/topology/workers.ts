import { join } from 'node:path'
import type { Endpoints } from '../../simulator/contract.js'
import { startChild, type Child } from '../shared/child.js'
import { serviceOf } from './compose-file.js'
import { runOnce } from './run-once.js'
import { environmentOf, type Setting } from './setting.js'

export const workerServices = ['worker-1', 'worker-2'] as const
export type WorkerService = (typeof workerServices)[number]

type Running = { child: Child; pid: number; isLeaving: boolean }

/** The two workers. They know Temporal and Postgres by address only. */
export class Workers {
  private readonly running = new Map<WorkerService, Running>()
  private fail: (error: unknown) => void = () => {}
  /** Rejects when one of them ends and was not meant to. */
  readonly failed = new Promise<never>((_resolve, reject) => {
    this.fail = reject
  })

  constructor(
    private readonly setting: Setting,
    private readonly whatsapp: Endpoints,
  ) {
    // Whoever waits for `failed` hears of it; before that it is no unhandled rejection.
    this.failed.catch(() => undefined)
  }

  async start(service: WorkerService): Promise<void> {
    const child = startChild({
      name: service,
      program: new URL('../../src/worker-main.js', import.meta.url),
      nodeArguments: ['--import', new URL('../../simulator/trust.js', import.meta.url).href],
      env: this.environment(service),
      logFile: join(this.setting.home.logsDir, `${service}-${Date.now()}.log`),
    })
    const line = await child.line((text) => text.includes('"worker started"'))
    const { pid } = JSON.parse(line) as { pid: number }
    const running: Running = { child, pid, isLeaving: false }
    this.running.set(service, running)
    child.failed.catch((error: unknown) => {
      if (!running.isLeaving) this.fail(error)
    })
  }

  /** As when its machine loses power: no hand-over, no last word. */
  kill(service: WorkerService): void {
    const running = this.find(service)
    running.isLeaving = true
    process.kill(running.pid, 'SIGKILL')
    this.running.delete(service)
  }

  /** SIGTERM: it hands its accounts over and ends. */
  async stop(service: WorkerService): Promise<void> {
    const running = this.find(service)
    running.isLeaving = true
    this.running.delete(service)
    await running.child.stop()
  }

  /** @param owner `<host>:<pid>`, as the ledger names who owns an account's session */
  serviceOfOwner(owner: string): WorkerService | undefined {
    return [...this.running].find(([, { pid }]) => owner.endsWith(`:${pid}`))?.[0]
  }

  /**
   * Runs the health check of the Compose file.
   * @throws StackError when it fails
   */
  async checkHealth(service: WorkerService): Promise<string> {
    const [, , program = ''] = serviceOf(this.setting.file, service).healthcheck?.test ?? []
    const output = await runOnce({
      name: `The health check of ${service}`,
      // Both workers are on one host here, so that the pid tells them apart.
      command: [process.execPath, program, String(this.find(service).pid)],
      env: environmentOf(this.setting, service),
      cwd: this.setting.root,
      logFile: join(this.setting.home.logsDir, 'worker-health.log'),
    })
    return output.trim()
  }

  async close(): Promise<void> {
    await Promise.all([...this.running.keys()].map((service) => this.stop(service)))
  }

  private environment(service: WorkerService): Record<string, string> {
    const { whatsappUrl, trustFile, caFile } = this.whatsapp
    return {
      ...environmentOf(this.setting, service),
      CARILLON_WHATSAPP_URL: whatsappUrl,
      SIMULATOR_TRUST: trustFile,
      NODE_EXTRA_CA_CERTS: caFile,
    }
  }

  private find(service: WorkerService): Running {
    const running = this.running.get(service)
    if (running === undefined) throw new Error(`${service} is not running`)
    return running
  }
}
