import { join } from 'node:path'
import { startChild, type Child } from '../shared/child.js'
import { serviceOf } from './compose-file.js'
import { runOnce } from './run-once.js'
import { environmentOf, type Setting } from './setting.js'

export const apiServices = ['api-1', 'api-2'] as const
export type ApiService = (typeof apiServices)[number]

/** The two processes of the HTTP API. */
export class Apis {
  private readonly running = new Map<ApiService, Child>()
  private fail: (error: unknown) => void = () => {}
  /** Rejects when one of them ends and was not meant to. */
  readonly failed = new Promise<never>((_resolve, reject) => {
    this.fail = reject
  })

  constructor(private readonly setting: Setting) {
    // Whoever waits for `failed` hears of it; before that it is no unhandled rejection.
    this.failed.catch(() => undefined)
  }

  async start(service: ApiService): Promise<void> {
    const child = startChild({
      name: service,
      program: new URL('../../src/api-main.js', import.meta.url),
      env: environmentOf(this.setting, service),
      logFile: join(this.setting.home.logsDir, `${service}-${Date.now()}.log`),
    })
    this.running.set(service, child)
    await child.line((text) => text.includes('"api listening"'))
    child.failed.catch((error: unknown) => this.fail(error))
  }

  async stop(service: ApiService): Promise<void> {
    const child = this.running.get(service)
    this.running.delete(service)
    await child?.stop()
  }

  urlOf(service: ApiService): string {
    const { CARILLON_API_HOST: host, CARILLON_API_PORT: port } = environmentOf(this.setting, service)
    return `http://${host}:${port}`
  }

  /**
   * Runs the health check of the Compose file.
   * @throws StackError when it fails
   */
  async checkHealth(service: ApiService): Promise<string> {
    const [, , program = ''] = serviceOf(this.setting.file, service).healthcheck?.test ?? []
    const output = await runOnce({
      name: `The health check of ${service}`,
      command: [process.execPath, program],
      env: environmentOf(this.setting, service),
      cwd: this.setting.root,
      logFile: join(this.setting.home.logsDir, 'api-health.log'),
    })
    return output.trim()
  }

  async close(): Promise<void> {
    await Promise.all([...this.running.keys()].map((service) => this.stop(service)))
  }
}
