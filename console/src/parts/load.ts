import { CarillonError } from '../../../src/client/errors.js'
import { isReachable } from '../api/reachable.js'

/** What belongs to the console and could not be had, since nobody answers. It is had when it is asked for again. */
export class NotLoaded extends CarillonError {
  constructor(cause: unknown) {
    super('unreachable', 'A part of the console could not be loaded.', { cause })
  }
}

/**
 * Another module of the console. @throws NotLoaded without a connection. Where there is one, the module is of a version that is
 * not served any more: the page is loaded anew, once.
 */
export async function load<Module>(module: () => Promise<Module>): Promise<Module> {
  try {
    return await module()
  } catch (error) {
    if (!(await isReachable(lookMs))) throw new NotLoaded(error)
    const isNew = sessionStorage.getItem(anewKey) !== location.href
    if (!isNew) throw error
    sessionStorage.setItem(anewKey, location.href)
    location.reload()
    return await new Promise<never>(() => undefined)
  }
}

const anewKey = 'carillon-loaded-anew'
const lookMs = 8_000
