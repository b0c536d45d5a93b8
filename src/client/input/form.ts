import { isObject } from './issues.js'

/** Of what is in each other a reminder has six, and some thirty fields: more than this is none, and would take long to look at. */
export const deepest = 100
export const mostFields = 200

/** Whether JSON is no deeper, and no object in it larger, than anything that is asked for can be. */
export function isInForm(json: unknown): boolean {
  let level = [json]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return false
    const inside: unknown[] = []
    for (const one of level) {
      if (!isObject(one)) continue
      const values: unknown[] = Object.values(one)
      if (!Array.isArray(one) && values.length > mostFields) return false
      for (const value of values) if (isObject(value)) inside.push(value)
    }
    level = inside
  }
  return true
}
