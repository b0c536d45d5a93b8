/** Faults wait here until something in their scope comes by; each hits `count` times. */
import type { Fault, FaultRequest } from './contract.js'

type Kind = FaultRequest['kind']
type Of<K extends Kind> = Extract<Fault, { kind: K }>

export type Occasion = { account?: string | undefined; chat?: string; messageId?: string | undefined }

const inScope = (fault: Fault, occasion: Occasion): boolean => {
  if (fault.kind === 'uploadFailure' || fault.kind === 'downloadFailure') return true
  if (fault.account !== undefined && fault.account !== occasion.account) return false
  if ('chat' in fault && fault.chat !== undefined && fault.chat !== occasion.chat) return false
  return !('messageId' in fault) || fault.messageId === undefined || fault.messageId === occasion.messageId
}

export class Faults {
  readonly #waiting = new Map<number, Fault>()
  #nextId = 1

  add(request: FaultRequest): Fault {
    const fault: Fault = { id: this.#nextId++, hits: 0, left: request.count, ...request }
    this.#waiting.set(fault.id, fault)
    return fault
  }

  list(): Fault[] {
    return [...this.#waiting.values()]
  }

  clear(id?: number): Fault[] {
    const cleared = this.list().filter((fault) => id === undefined || fault.id === id)
    for (const fault of cleared) this.#waiting.delete(fault.id)
    return cleared
  }

  /** The oldest fault of this kind that hits, used up by one. */
  take<K extends Kind>(
    kind: K,
    occasion: Occasion,
    also: (fault: Of<K>) => boolean = () => true,
  ): Of<K> | undefined {
    for (const fault of this.#waiting.values()) {
      if (fault.kind !== kind || !inScope(fault, occasion) || !also(fault as Of<K>)) continue
      fault.hits += 1
      if (fault.left !== 'until-cleared' && --fault.left === 0) this.#waiting.delete(fault.id)
      return fault as Of<K>
    }
    return undefined
  }
}
