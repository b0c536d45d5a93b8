import { StackError } from './errors.js'
import type { RecordFile } from './running-stack.js'
import { stopOrder, type Service } from './service.js'

/** The processes of a stack: on record from their first moment, watched, and stopped in a fixed order. */
export class Parts {
  private readonly services: Service[] = []
  private isClosing = false

  constructor(
    private readonly record: RecordFile,
    private readonly onFailure: ((error: StackError) => void) | undefined,
  ) {}

  add(service: Service): void {
    this.services.push(service)
    this.record.addChild({ name: service.name, stopSignal: service.stopSignal, ...service.identity })
    void service.exited.then((reason) => {
      if (this.isClosing) return
      this.onFailure?.(new StackError(`${service.name} ${reason}. Its log: ${service.logFile}`))
    })
  }

  async close(): Promise<void> {
    this.isClosing = true
    for (const name of stopOrder)
      for (const service of this.services.filter((service) => service.name === name)) await service.stop()
  }
}
