/** Whose a thing is: all that a scope is asked about. */
export type Owned = { operator: string; accountId: string }

/** What a viewer may see: all of one operator, or what a function says yes to. */
export type Scope = string | ((thing: Owned) => boolean)

export function isInScope(scope: Scope, thing: Owned): boolean {
  return typeof scope === 'string' ? thing.operator === scope : scope(thing)
}
